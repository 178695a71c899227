import { App, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { FormDrawer } from '../../../console/kit/form/FormDrawer.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { type PersonalRule, personalActions, personalPlaces, putPersonalRule } from '../contract.ts';

/** A rule for one value. */
export function PersonalRuleDrawer({ isOpen, onClose }: { isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('enrichment');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const put = useAct(putPersonalRule, { refreshes: ['enrichment.get_personal'], onDone: () => void message.success(t('personal.set')) });
  return (
    <FormDrawer<PersonalRule>
      isOpen={isOpen}
      onClose={onClose}
      title={t('personal.addTitle')}
      submitText={t('personal.add')}
      initialValues={{ place: 'property', action: 'hash' }}
      onSubmit={(body) => put.mutateAsync({ params: { projectId }, body })}
    >
      <Form.Item name="place" label={t('personal.place')}>
        <Select options={personalPlaces.map((value) => ({ value, label: t(`personal.places.${value}`) }))} />
      </Form.Item>
      <NameField />
      <Form.Item name="action" label={t('personal.action')}>
        <Radio.Group options={personalActions.map((value) => ({ value, label: t(`personal.actions.${value}`) }))} />
      </Form.Item>
    </FormDrawer>
  );
}

function NameField() {
  const { t } = useTranslation('enrichment');
  const place: PersonalRule['place'] = Form.useWatch('place') ?? 'property';
  return (
    <Form.Item
      name="name"
      label={t('personal.name')}
      extra={t(`personal.nameHelp.${place}`)}
      rules={[{ required: true, whitespace: true, message: t(`personal.nameHelp.${place}`) }]}
    >
      <Input maxLength={200} />
    </Form.Item>
  );
}
