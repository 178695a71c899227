import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { switchLanguage } from '../i18n.ts';
import { ErrorPanel } from '../kit/ErrorPanel.tsx';
import { PageSkeleton } from '../kit/Skeletons.tsx';
import { SessionContext } from '../kit/use-session.ts';
import { hasChosenLanguage } from '../preferences.ts';
import { SignInAgain } from './SignInAgain.tsx';
import { useSessionQuery } from './session-query.ts';

/** Everything behind the door: knows who is signed in, or leads to the door and back. */
export function SignedIn() {
  const session = useSessionQuery();
  const { pathname, searchStr } = useLocation();
  const locale = session.data?.member.locale;
  useEffect(() => {
    if (locale && !hasChosenLanguage()) void switchLanguage(locale);
  }, [locale]);
  if (!session.data) {
    if (session.error?.status === 401) return <Navigate to={'/sign-in' as never} search={{ next: pathname + searchStr } as never} replace />;
    return session.error ? <ErrorPanel error={session.error} onRetry={() => void session.refetch()} /> : <PageSkeleton />;
  }
  if (session.data.member.mustChangePassword && pathname !== '/account') return <Navigate to={'/account' as never} replace />;
  return (
    <SessionContext value={session.data}>
      <Outlet />
      <SignInAgain email={session.data.member.email} />
    </SessionContext>
  );
}
