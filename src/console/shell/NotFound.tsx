import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../kit/EmptyState.tsx';
import { useGo } from '../kit/use-go.ts';

/** An address without a page. */
export function NotFound() {
  const { t } = useTranslation('console');
  const go = useGo();
  return (
    <EmptyState
      drawing="lost"
      isPage
      title={t('notFound.title')}
      sentence={t('notFound.sentence')}
      action={
        <Button type="primary" onClick={() => go('/')}>
          {t('notFound.action')}
        </Button>
      }
    />
  );
}
