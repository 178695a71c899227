import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { PageSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useGo } from '../../../console/kit/use-go.ts';
import { usePathParam, useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead } from '../../../console/query.ts';
import { readInsight, type SavedInsight } from '../contract.ts';
import { pageOf } from './pages.tsx';

/** A question with its answer; `?insight=` opens a saved one. */
export function InsightPage() {
  const projectId = useProjectId();
  const kind = usePathParam('kind');
  const [insightId] = useUrlState('insight', '');
  const saved = useRead(readInsight, { params: { projectId, insightId } }, { enabled: insightId !== '' });
  if (insightId === '') return <PageOfKind kind={kind} saved={undefined} />;
  if (saved.error) return <ErrorPanel error={saved.error} onRetry={() => void saved.refetch()} />;
  if (!saved.data || saved.data.insightId !== insightId) return <PageSkeleton />;
  return <PageOfKind key={insightId} kind={saved.data.kind} saved={saved.data} />;
}

function PageOfKind({ kind, saved }: { kind: string; saved: SavedInsight | undefined }) {
  const { t } = useTranslation('insights');
  const go = useGo();
  const report = pageOf(kind);
  if (report) {
    const Page = report.page;
    return <Page key={kind} initial={saved?.question.kind === kind ? saved.question : report.first} saved={saved} />;
  }
  return (
    <PageFrame title={t('title')}>
      <EmptyState drawing="lost" isPage title={t('unknownKind')} action={<Button onClick={() => go('insights')}>{t('toList')}</Button>} />
    </PageFrame>
  );
}
