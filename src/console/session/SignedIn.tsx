import { Navigate, Outlet, useLocation, useRouter } from '@tanstack/react-router';
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
  const { pathname } = useLocation();
  const locale = session.data?.member.locale;
  useEffect(() => {
    if (locale && !hasChosenLanguage()) void switchLanguage(locale);
  }, [locale]);
  if (!session.data) {
    if (session.error?.status === 401) return <ToTheDoor />;
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

/** Leads to the door once; the address at that moment is where the reader comes back to. */
function ToTheDoor() {
  const router = useRouter();
  useEffect(() => {
    const { pathname, search } = router.history.location;
    const next = pathname === '/' ? '' : `?${new URLSearchParams({ next: pathname + search })}`;
    router.history.replace(`/sign-in${next}`);
  }, [router]);
  return <PageSkeleton />;
}
