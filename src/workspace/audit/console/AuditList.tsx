import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column, Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useReadPages } from '../../../console/query.ts';
import { type AuditEntry, listEntries } from '../contract.ts';
import { AuditDrawer } from './AuditDrawer.tsx';
import { useAuditWords } from './use-audit-words.ts';

const areas =
  'access projects people segments insights journeys templates gate gateway enrichment tracking-plan sources imports pulls exports retention demo'.split(
    ' ',
  );

/** What was changed in the project, newest first. */
export function AuditList() {
  const { t } = useTranslation('audit');
  const projectId = useProjectId();
  const { filters: chosen } = useListState();
  const area = chosen['area'];
  const entries = useReadPages(listEntries, { params: { projectId }, query: area ? { action: `${area}.` } : {} });
  const [shownId, setShownId] = useUrlState('entry', '');
  const columns = useAuditColumns();
  const filters = useMemo<readonly Filter<AuditEntry>[]>(
    () => [{ key: 'area', label: t('area'), options: areas.map((value) => ({ value, label: t(`areas.${value}`) })) }],
    [t],
  );
  return (
    <PageFrame title={t('title')} purpose={t('purpose')}>
      <QueryTable
        id="audit"
        columns={columns}
        rows={entries.rows}
        rowKey={(entry) => entry.id}
        error={entries.error}
        onRetry={entries.retry}
        isStale={entries.isStale}
        isRemote
        filters={filters}
        onOpen={(entry) => setShownId(entry.id, { push: true })}
        loadMore={entries.loadMore}
        isLoadingMore={entries.isLoadingMore}
        exportName="audit"
        empty={<EmptyState title={t('empty')} sentence={t('emptySentence')} />}
      />
      <AuditDrawer entry={entries.rows?.find((entry) => entry.id === shownId)} onClose={() => setShownId('')} />
    </PageFrame>
  );
}

function useAuditColumns(): readonly Column<AuditEntry>[] {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  return useMemo(
    () => [
      { key: 'action', title: t('action'), render: words.action },
      { key: 'subject', title: t('subject'), render: (entry) => words.name(entry) ?? <code className="small">{entry.subject}</code> },
      { key: 'who', title: t('who'), render: words.who },
      { key: 'at', title: t('at'), render: (entry) => <TimeText at={entry.at} withSeconds /> },
      { key: 'ip', title: t('ip'), isShown: false, render: (entry) => entry.ip ?? '–' },
    ],
    [t, words],
  );
}
