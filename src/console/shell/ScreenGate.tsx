import { useLocation } from '@tanstack/react-router';
import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/EmptyState.tsx';
import { ErrorBoundary } from '../kit/ErrorBoundary.tsx';
import { PageSkeleton } from '../kit/Skeletons.tsx';
import { usePermissions } from '../kit/use-permissions.ts';

/** Stands before every screen: its permission, its skeleton, its fault boundary. */
export function ScreenGate({ permission, children }: { permission: string | undefined; children: ReactNode }) {
  const { t } = useTranslation('console');
  const can = usePermissions();
  const { pathname } = useLocation();
  if (!can(permission)) return <EmptyState drawing="lost" isPage title={t('noPermission.title')} sentence={t('noPermission.sentence')} />;
  return (
    <ErrorBoundary resetKey={pathname}>
      <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
    </ErrorBoundary>
  );
}
