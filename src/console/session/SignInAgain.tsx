import { useQueryClient } from '@tanstack/react-query';
import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useStore } from '../store.ts';
import { signedInAgain, signInWanted } from './expired.ts';
import { SignInForm } from './SignInForm.tsx';
import { keepSession } from './session-query.ts';

/** Stands over the page when the session has ended; the page keeps its state and the waiting calls go on. */
export function SignInAgain({ email }: { email: string }) {
  const { t } = useTranslation('console');
  const client = useQueryClient();
  const isWanted = useStore(signInWanted);
  return (
    <Modal
      open={isWanted}
      title={t('signIn.again')}
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      width={400}
      destroyOnHidden
      zIndex={2_000}
    >
      <p className="quiet" style={{ marginBottom: 16 }}>
        {t('signIn.againSentence')}
      </p>
      <SignInForm
        email={email}
        onSignedIn={(session) => {
          keepSession(client, session);
          // Somebody else signed in: nothing of the former reader may stay on the page.
          if (session.member.email === email) signedInAgain();
          else window.location.assign('/');
        }}
      />
    </Modal>
  );
}
