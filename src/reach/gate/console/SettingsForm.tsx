import { App, Button, Form, Input, InputNumber, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showFaults } from '../../../console/kit/form/FormDrawer.tsx';
import { useLeaveGuard } from '../../../console/kit/form/use-leave-guard.ts';
import { useSaveKey } from '../../../console/kit/form/use-save-key.ts';
import { Panel } from '../../../console/kit/Panel.tsx';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { type DeliverySettings, putDeliverySettings } from '../contract.ts';
import styles from './SettingsForm.module.css';

interface Values {
  isQuiet: boolean;
  from: string;
  to: string;
  capPerDay: number | null;
  capPerWeek: number | null;
  fromName: string;
  fromAddress: string;
  replyTo: string;
}

/** Quiet hours, caps and the sender. */
export function SettingsForm({ settings, timeZone, from }: { settings: DeliverySettings; timeZone: string; from: string }) {
  const { t } = useTranslation('gate');
  const { message } = App.useApp();
  const can = usePermissions();
  const projectId = useProjectId();
  const [form] = Form.useForm<Values>();
  const [isDirty, setDirty] = useState(false);
  const act = useAct(putDeliverySettings, { refreshes: ['gate.get_settings'] });
  const isQuiet = Form.useWatch('isQuiet', form) ?? settings.quietHours !== null;
  useLeaveGuard(isDirty);
  useSaveKey(() => form.submit(), can('gate.write'));
  const save = async (values: Values) => {
    try {
      await act.mutateAsync({ params: { projectId }, body: asSettings(values) });
      setDirty(false);
      message.success(t('settings.saved'));
    } catch (error) {
      const faults = showFaults(form, error, t('settings.unsaved'));
      if (faults.length > 0) message.error(faults.join(' '));
    }
  };
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      className={styles['form'] ?? ''}
      disabled={!can('gate.write')}
      initialValues={asValues(settings)}
      onValuesChange={() => setDirty(true)}
      onFinish={(values) => void save(values)}
    >
      <Panel title={t('settings.quietTitle')} note={t('settings.quietHelp', { zone: timeZone })}>
        <Form.Item name="isQuiet" valuePropName="checked" label={t('settings.quietOn')}>
          <Switch />
        </Form.Item>
        <div className={styles['row']} hidden={!isQuiet}>
          <Form.Item name="from" label={t('settings.from')}>
            <Input type="time" required={isQuiet} />
          </Form.Item>
          <Form.Item name="to" label={t('settings.to')}>
            <Input type="time" required={isQuiet} />
          </Form.Item>
        </div>
      </Panel>
      <CapsPanel />
      <SenderPanel from={from} />
      {can('gate.write') ? (
        <div className={styles['foot']}>
          <Button type="primary" htmlType="submit" loading={act.isPending} disabled={!isDirty}>
            {t('settings.save')}
          </Button>
          {isDirty ? <span className="quiet small">{t('settings.unsaved')}</span> : null}
        </div>
      ) : null}
    </Form>
  );
}

function CapsPanel() {
  const { t } = useTranslation('gate');
  return (
    <Panel title={t('settings.capsTitle')} note={t('settings.capsHelp')}>
      <div className={styles['row']}>
        <Form.Item name="capPerDay" label={t('settings.capDay')}>
          <InputNumber min={1} max={1_000} precision={0} placeholder={t('settings.noCap')} />
        </Form.Item>
        <Form.Item name="capPerWeek" label={t('settings.capWeek')}>
          <InputNumber min={1} max={1_000} precision={0} placeholder={t('settings.noCap')} />
        </Form.Item>
      </div>
    </Panel>
  );
}

function SenderPanel({ from }: { from: string }) {
  const { t } = useTranslation('gate');
  return (
    <Panel title={t('settings.senderTitle')} note={t('settings.senderHelp', { from })}>
      <div className={styles['row']}>
        <Form.Item name="fromName" label={t('settings.fromName')}>
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item name="fromAddress" label={t('settings.fromAddress')}>
          <Input type="email" maxLength={254} />
        </Form.Item>
        <Form.Item name="replyTo" label={t('settings.replyTo')}>
          <Input type="email" maxLength={254} />
        </Form.Item>
      </div>
    </Panel>
  );
}

function asValues({ quietHours, ...rest }: DeliverySettings): Values {
  return {
    isQuiet: quietHours !== null,
    from: quietHours?.from ?? '22:00',
    to: quietHours?.to ?? '08:00',
    capPerDay: rest.capPerDay,
    capPerWeek: rest.capPerWeek,
    fromName: rest.fromName ?? '',
    fromAddress: rest.fromAddress ?? '',
    replyTo: rest.replyTo ?? '',
  };
}

function asSettings(values: Values): DeliverySettings {
  return {
    quietHours: values.isQuiet ? { from: values.from.slice(0, 5), to: values.to.slice(0, 5) } : null,
    capPerDay: values.capPerDay ?? null,
    capPerWeek: values.capPerWeek ?? null,
    fromName: values.fromName.trim() || null,
    fromAddress: values.fromAddress.trim() || null,
    replyTo: values.replyTo.trim() || null,
  };
}
