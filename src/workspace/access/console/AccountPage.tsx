import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { switchLanguage } from '../../../console/i18n.ts';
import { showFaults } from '../../../console/kit/form/FormDrawer.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { useSession } from '../../../console/kit/use-session.ts';
import { rememberLanguage } from '../../../console/preferences.ts';
import { useAct } from '../../../console/query.ts';
import { renewSession } from '../../../console/session/session-query.ts';
import { changePassword, passwordLengthMax, passwordLengthMin, updateAccount } from '../contract.ts';

/** The member's own name, language and password. */
export function AccountPage() {
  const { t } = useTranslation('access');
  const { member } = useSession();
  return (
    <PageFrame title={t('account.title')} purpose={t('account.purpose')}>
      {member.mustChangePassword ? <Alert type="warning" showIcon title={t('account.mustChange')} /> : null}
      <Panel title={t('account.password')} note={t('account.passwordNote')} span={6}>
        <PasswordForm />
      </Panel>
      {member.mustChangePassword ? null : (
        <Panel title={t('account.profile')} note={member.email} span={6}>
          <ProfileForm />
        </Panel>
      )}
    </PageFrame>
  );
}

interface Profile {
  name: string;
  locale: 'auto' | 'zh-CN' | 'en';
}

function ProfileForm() {
  const { t } = useTranslation('access');
  const { message } = App.useApp();
  const client = useQueryClient();
  const { member } = useSession();
  const [form] = Form.useForm<Profile>();
  const update = useAct(updateAccount);
  const save = async ({ name, locale }: Profile) => {
    try {
      await update.mutateAsync({ body: { locale: locale === 'auto' ? null : locale, ...(name ? { name } : {}) } });
      if (locale !== 'auto') {
        rememberLanguage(locale);
        await switchLanguage(locale);
      }
      await renewSession(client);
      message.success(t('account.saved'));
    } catch (error) {
      const [first] = showFaults(form, error, '');
      if (first) message.error(first);
    }
  };
  return (
    <Form<Profile>
      form={form}
      layout="vertical"
      initialValues={{ name: member.name, locale: member.locale ?? 'auto' }}
      onFinish={(values) => void save(values)}
    >
      <Form.Item name="name" label={t('name')} rules={[{ required: true, message: t('account.needed') }]}>
        <Input maxLength={80} autoComplete="name" />
      </Form.Item>
      <Form.Item name="locale" label={t('account.locale')}>
        <Select
          options={[
            { value: 'auto', label: t('account.localeAuto') },
            { value: 'zh-CN', label: '简体中文' },
            { value: 'en', label: 'English' },
          ]}
        />
      </Form.Item>
      <Button htmlType="submit" loading={update.isPending}>
        {t('console:save')}
      </Button>
    </Form>
  );
}

interface Passwords {
  currentPassword: string;
  newPassword: string;
  repeated: string;
}

function PasswordForm() {
  const { t } = useTranslation('access');
  const { message } = App.useApp();
  const client = useQueryClient();
  const go = useGo();
  const { member } = useSession();
  const [form] = Form.useForm<Passwords>();
  const [faults, setFaults] = useState<readonly string[]>([]);
  const change = useAct(changePassword);
  const needed = { required: true, message: t('account.needed') };
  const save = async ({ currentPassword, newPassword }: Passwords) => {
    setFaults([]);
    try {
      await change.mutateAsync({ body: { currentPassword, newPassword } });
      form.resetFields();
      await renewSession(client);
      message.success(t('account.changed'));
      if (member.mustChangePassword) go('/');
    } catch (error) {
      setFaults(showFaults(form, error, ''));
    }
  };
  return (
    <Form<Passwords> form={form} layout="vertical" onFinish={(values) => void save(values)}>
      {faults.length > 0 ? <Alert type="error" showIcon role="alert" title={faults.join(' ')} style={{ marginBottom: 16 }} /> : null}
      <input type="text" autoComplete="username" value={member.email} readOnly hidden />
      <Form.Item name="currentPassword" label={t('account.current')} rules={[needed]}>
        <Input.Password autoComplete="current-password" maxLength={passwordLengthMax} />
      </Form.Item>
      <Form.Item
        name="newPassword"
        label={t('account.new')}
        extra={t('account.newHelp', { min: passwordLengthMin })}
        rules={[needed, { min: passwordLengthMin, message: t('account.newHelp', { min: passwordLengthMin }) }]}
      >
        <Input.Password autoComplete="new-password" maxLength={passwordLengthMax} />
      </Form.Item>
      <Form.Item
        name="repeated"
        label={t('account.repeat')}
        dependencies={['newPassword']}
        rules={[
          needed,
          ({ getFieldValue }) => ({
            validator: async (_rule, value) =>
              !value || value === getFieldValue('newPassword') ? undefined : Promise.reject(new Error(t('account.differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={passwordLengthMax} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={change.isPending}>
        {t('account.change')}
      </Button>
    </Form>
  );
}
