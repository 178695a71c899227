import { App, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { putRate } from '../contract.ts';

interface RateForm {
  day: string;
  base: string;
  rate: number;
  quote: string;
}

/** One rate, set by hand. */
export function RateDrawer({ isOpen, onClose, projectCurrency }: { isOpen: boolean; onClose(): void; projectCurrency: string }) {
  const { t } = useTranslation('enrichment');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const put = useAct(putRate, { refreshes: ['enrichment.list_rates'], onDone: () => void message.success(t('rates.set')) });
  const code = [{ required: true, pattern: /^[A-Za-z]{3}$/, message: t('rates.currencyHelp') }];
  return (
    <FormDrawer<RateForm>
      isOpen={isOpen}
      onClose={onClose}
      title={t('rates.addTitle')}
      purpose={t('rates.addPurpose')}
      submitText={t('rates.add')}
      initialValues={{ day: new Date().toISOString().slice(0, 10), base: '', quote: projectCurrency }}
      onSubmit={(body) => put.mutateAsync({ params: { projectId }, body })}
    >
      <Form.Item name="day" label={t('rates.day')} rules={[{ required: true, message: t('rates.reasons.day') }]}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="base" label={t('rates.base')} extra={t('rates.currencyHelp')} rules={code}>
        <Input maxLength={3} />
      </Form.Item>
      <Form.Item
        name="rate"
        label={t('rates.rate')}
        rules={[{ required: true, type: 'number', min: Number.MIN_VALUE, message: t('rates.reasons.rate') }]}
      >
        <InputNumber min={0} max={1e12} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="quote" label={t('rates.quote')} rules={code}>
        <Input maxLength={3} />
      </Form.Item>
    </FormDrawer>
  );
}
