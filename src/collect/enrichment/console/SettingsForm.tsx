import { App, Button, Form } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showFaults } from '../../../console/kit/form/FormDrawer.tsx';
import { useLeaveGuard } from '../../../console/kit/form/use-leave-guard.ts';
import { useSaveKey } from '../../../console/kit/form/use-save-key.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { type CollectionSettings, putCollectionSettings } from '../contract.ts';
import styles from './CollectionSettings.module.css';

/** A form over a part of the settings: its fields are named as in the settings; what it does not show stays. */
export function SettingsForm({ settings, children }: { settings: CollectionSettings; children: ReactNode }) {
  const { t } = useTranslation('enrichment');
  const { message } = App.useApp();
  const mayWrite = usePermissions()('enrichment.write');
  const projectId = useProjectId();
  const [form] = Form.useForm<Partial<CollectionSettings>>();
  const [isDirty, setDirty] = useState(false);
  const act = useAct(putCollectionSettings, { refreshes: ['enrichment.get_settings'] });
  useLeaveGuard(isDirty);
  useSaveKey(() => form.submit(), mayWrite);
  const save = async (values: Partial<CollectionSettings>) => {
    const body = {
      ...settings,
      ...values,
      sessions: { ...settings.sessions, ...values.sessions },
      currency: { ...settings.currency, ...values.currency },
    };
    try {
      await act.mutateAsync({ params: { projectId }, body });
      setDirty(false);
      message.success(t('saved'));
    } catch (error) {
      const faults = showFaults(form, error, t('unsaved'));
      if (faults.length > 0) message.error(faults.join(' '));
    }
  };
  return (
    <Form<Partial<CollectionSettings>>
      form={form}
      layout="vertical"
      requiredMark={false}
      className={styles['form'] ?? ''}
      disabled={!mayWrite}
      initialValues={settings}
      onValuesChange={() => setDirty(true)}
      onFinish={(values) => void save(values)}
    >
      {children}
      {mayWrite ? (
        <div className={styles['foot']}>
          <Button type="primary" htmlType="submit" loading={act.isPending} disabled={!isDirty}>
            {t('save')}
          </Button>
          {isDirty ? <span className="quiet small">{t('unsaved')}</span> : null}
        </div>
      ) : (
        <p className="quiet small">{t('readOnly')}</p>
      )}
    </Form>
  );
}
