import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { DetailSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { readRules } from '../contract.ts';
import { ErasurePanel } from './ErasurePanel.tsx';
import { RulesPanel } from './RulesPanel.tsx';
import { RunsPanel } from './RunsPanel.tsx';

/** For how long events are kept, what was deleted, and who was erased. */
export function RetentionPage() {
  const { t } = useTranslation('retention');
  const projectId = useProjectId();
  const read = useRead(readRules, { params: { projectId } });
  return (
    <PageFrame title={t('title')} purpose={t('purpose')}>
      {read.data ? <RulesPanel key={projectId} book={read.data} /> : null}
      {read.error ? <ErrorPanel error={read.error} onRetry={() => void read.refetch()} /> : null}
      {read.data || read.error ? null : <DetailSkeleton />}
      <RunsPanel />
      <ErasurePanel />
    </PageFrame>
  );
}
