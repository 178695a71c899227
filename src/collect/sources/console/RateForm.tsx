import { App, Button, Form, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { RATE_MAX, type Source, updateSource } from '../contract.ts';

/** How many bodies a second a source may send. */
export function RateForm({ source }: { source: Source }) {
  const { t } = useTranslation('sources');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const can = usePermissions();
  const save = useAct(updateSource, { refreshes: ['sources.'], onDone: () => void message.success(t('saved')) });
  const store = ({ rate }: { rate?: number | null }) =>
    save.mutate({ params: { projectId, sourceId: source.id }, body: { ratePerSecond: rate ?? null } });
  return (
    <Panel title={t('rate.title')} note={t('rate.purpose')}>
      <Form layout="vertical" requiredMark={false} initialValues={{ rate: source.ratePerSecond }} disabled={!can('sources.write')} onFinish={store}>
        <Form.Item name="rate" label={t('rate.label')} extra={t('rate.help')}>
          <InputNumber min={1} max={RATE_MAX} precision={0} style={{ width: 160 }} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('rate.save')}
        </Button>
      </Form>
    </Panel>
  );
}
