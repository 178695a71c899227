import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Session, signIn } from '../../workspace/access/contract.ts';
import { call } from '../api.ts';

interface Credentials {
  email: string;
  password: string;
}

/** Email and password; refusals stand above the fields in the server's words. */
export function SignInForm({ email, onSignedIn }: { email?: string; onSignedIn: (session: Session) => void }) {
  const { t } = useTranslation('console');
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (credentials: Credentials) => {
    setBusy(true);
    setFault(undefined);
    try {
      onSignedIn(await call(signIn, { body: credentials, throwsUnauthorised: true }));
    } catch (error) {
      setFault(error instanceof Error ? error.message : t('errors.broken'));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form<Credentials> layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)} initialValues={{ email: email ?? '' }}>
      {fault ? <Alert type="error" showIcon title={fault} role="alert" style={{ marginBottom: 16 }} /> : null}
      <Form.Item name="email" label={t('signIn.email')} rules={[{ required: true, message: t('signIn.emailNeeded') }]}>
        <Input type="email" autoComplete="username" autoFocus={!email} size="large" />
      </Form.Item>
      <Form.Item name="password" label={t('signIn.password')} rules={[{ required: true, message: t('signIn.passwordNeeded') }]}>
        <Input.Password autoComplete="current-password" autoFocus={Boolean(email)} size="large" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block size="large" loading={isBusy}>
        {t('signIn.submit')}
      </Button>
    </Form>
  );
}
