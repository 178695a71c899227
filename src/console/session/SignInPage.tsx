import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../workspace/access/contract.ts';
import { LanguageButton, ThemeButton } from '../shell/Choices.tsx';
import { Mark } from '../shell/Mark.tsx';
import { SignInForm } from './SignInForm.tsx';
import styles from './SignInPage.module.css';
import { keepSession } from './session-query.ts';

/** Only addresses of this console: `//elsewhere` would leave it. */
function safeNext(): string {
  const next = new URLSearchParams(window.location.search).get('next') ?? '/';
  return /^\/(?![/\\])/.test(next) ? next : '/';
}

/** The door of the console. */
export function SignInPage() {
  const { t } = useTranslation('console');
  const router = useRouter();
  const client = useQueryClient();
  useEffect(() => {
    document.title = `${t('signIn.title')} · Perennial 常青`;
  }, [t]);
  const enter = (session: Session) => {
    client.clear();
    keepSession(client, session);
    router.history.replace(safeNext());
  };
  return (
    <main className={styles['page']}>
      <div className={styles['choices']}>
        <LanguageButton />
        <ThemeButton />
      </div>
      <div className={styles['door']}>
        <Mark sizePx={40} />
        <h1 className={styles['name']}>Perennial 常青</h1>
        <p className={styles['tagline']}>{t('signIn.tagline')}</p>
        <SignInForm onSignedIn={enter} />
        <p className={styles['hint']}>{t('signIn.firstRun')}</p>
      </div>
      <Growth />
    </main>
  );
}

/** A quiet field of the product's sprigs at the foot of the page. */
function Growth() {
  const sprigs = [30, 150, 205, 372, 448, 590, 655, 810, 905, 1010, 1100, 1235, 1290, 1440, 1530];
  return (
    <svg
      className={styles['growth']}
      viewBox="0 0 1600 96"
      preserveAspectRatio="xMidYMax slice"
      aria-hidden="true"
      fill="none"
      strokeWidth="1.1"
      strokeLinecap="round"
    >
      <path d="M0 95h1600" stroke="var(--hairline)" />
      {sprigs.map((x, index) => (
        <g
          key={x}
          transform={`translate(${x} 95) scale(${0.9 + ((index * 7) % 5) * 0.32})`}
          stroke="var(--accent)"
          opacity={0.3 + ((index * 3) % 4) * 0.13}
        >
          <path d="M0 0v-22" />
          <path d="M0-9c-7 0-10-3.500-10-9 7 0 10 3 10 9Z" fill="var(--accent-soft)" />
          <path d="M0-15c0-6 3.200-9.500 10-9.500 0 6-3 9.500-10 9.500Z" fill="var(--accent-soft)" />
        </g>
      ))}
    </svg>
  );
}
