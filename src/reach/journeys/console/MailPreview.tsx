import { useTranslation } from 'react-i18next';
import type { RenderedEmail } from '../../templates/contract.ts';
import styles from './forms.module.css';

/** A rendered mail in a frame that runs no script and loads nothing from outside. */
export function MailPreview({ email }: { email: RenderedEmail }) {
  const { t } = useTranslation('journeys');
  return (
    <div className={styles['mail']}>
      <p>
        <b>{email.subject}</b>
      </p>
      <iframe className={styles['frame']} title={t('email.preview')} sandbox="" srcDoc={email.html.replaceAll('%%unsubscribe_url%%', '#')} />
    </div>
  );
}
