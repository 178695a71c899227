import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api-error.ts';
import { CopyText } from './CopyText.tsx';
import { EmptyState } from './EmptyState.tsx';

interface ErrorPanelProps {
  error: unknown;
  onRetry?: (() => void) | undefined;
  isSmall?: boolean;
}

/** What went wrong in the server's own words, with the way out: try again, or the request's number for whoever helps. */
export function ErrorPanel({ error, onRetry, isSmall = false }: ErrorPanelProps) {
  const { t } = useTranslation('console');
  const refusal = error instanceof ApiError ? error : undefined;
  const title = refusal ? titleOf(refusal.status) : 'errors.broken';
  return (
    <div role="alert">
      <EmptyState
        drawing="lost"
        isSmall={isSmall}
        title={t(title)}
        sentence={
          <>
            {refusal?.message ?? t('errors.brokenWayOut')}
            {refusal?.requestId && refusal.status >= 500 ? (
              <span className="small">
                <br />
                {t('errors.requestId')} <CopyText text={refusal.requestId} />
              </span>
            ) : null}
          </>
        }
        action={onRetry ? <Button onClick={onRetry}>{t('errors.retry')}</Button> : undefined}
      />
    </div>
  );
}

function titleOf(status: number): string {
  if (status === 0) return 'errors.offlineTitle';
  if (status === 403) return 'errors.forbiddenTitle';
  if (status === 404) return 'errors.notFoundTitle';
  if (status === 429 || status === 503) return 'errors.busyTitle';
  return status >= 500 ? 'errors.serverTitle' : 'errors.refusedTitle';
}
