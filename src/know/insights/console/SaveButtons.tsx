import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { changeInsight, type Question, type SavedInsight, saveInsight } from '../contract.ts';

/** Saves the question under a name, or over the saved one when it was changed. */
export function SaveButtons({ question, saved, isIncomplete }: { question: Question; saved: SavedInsight | undefined; isIncomplete: boolean }) {
  const { t } = useTranslation('insights');
  const { message } = App.useApp();
  const can = usePermissions();
  const go = useGo();
  const projectId = useProjectId();
  const [isNaming, setNaming] = useState(false);
  const save = useAct(saveInsight, { refreshes: ['insights.list_', 'insights.read_'] });
  const change = useAct(changeInsight, { refreshes: ['insights.list_', 'insights.read_'] });
  if (!can('insights.write')) return null;
  const isChanged = saved !== undefined && JSON.stringify(saved.question) !== JSON.stringify(question);
  const overwrite = async (insight: SavedInsight) => {
    try {
      await change.mutateAsync({ params: { projectId, insightId: insight.insightId }, body: { question } });
      go(`insights/${question.kind}?insight=${insight.insightId}`, { replace: true });
    } catch (error) {
      message.error(error instanceof Error ? error.message : t('notSaved'));
    }
  };
  return (
    <>
      <Button disabled={isIncomplete} type={saved ? 'default' : 'primary'} onClick={() => setNaming(true)}>
        {t(saved ? 'saveAsNew' : 'save')}
      </Button>
      {saved && isChanged ? (
        <Button type="primary" disabled={isIncomplete} loading={change.isPending} onClick={() => void overwrite(saved)}>
          {t('saveChanges')}
        </Button>
      ) : null}
      <FormDrawer<{ name: string }>
        isOpen={isNaming}
        onClose={() => setNaming(false)}
        title={t('saveTitle')}
        purpose={t('savePurpose')}
        submitText={t('save')}
        initialValues={{ name: '' }}
        onSubmit={async ({ name }) => {
          const insight = await save.mutateAsync({ params: { projectId }, body: { name, question } });
          go(`insights/${question.kind}?insight=${insight.insightId}`);
        }}
      >
        <Form.Item name="name" label={t('name')} rules={[{ required: true, whitespace: true, message: t('nameMissing') }]}>
          <Input maxLength={120} autoFocus />
        </Form.Item>
      </FormDrawer>
    </>
  );
}
