import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useReadPages } from '../../../console/query.ts';
import { type Group, listGroups } from '../contract.ts';
import { shortValue } from './names.ts';

/** What a group is called. */
export function groupName(group: Pick<Group, 'id' | 'traits'>): string {
  return shortValue(typeof group.traits['name'] === 'string' && group.traits['name'] !== '' ? group.traits['name'] : group.id);
}

/** Companies, households and other groups, the last seen first. */
export function GroupList() {
  const { t } = useTranslation('people');
  const projectId = useProjectId();
  const { search } = useListState();
  const format = useFormat();
  const pages = useReadPages(listGroups, { params: { projectId }, query: { ...(search && { search }) } });
  const columns = useMemo(
    (): readonly Column<Group>[] => [
      { key: 'name', title: t('groups.name'), value: groupName, render: (row) => groupName(row) },
      { key: 'type', title: t('groups.type'), value: (row) => row.type, render: (row) => row.type },
      { key: 'id', title: t('groups.id'), value: (row) => row.id, render: (row) => <code className="small">{row.id}</code> },
      { key: 'members', title: t('groups.members'), value: (row) => row.members, render: (row) => format.number(row.members) },
      {
        key: 'seenAt',
        title: t('groups.seen'),
        value: (row) => new Date(row.seenAt).toISOString(),
        render: (row) => <TimeText at={row.seenAt} isRelative />,
      },
    ],
    [t, format],
  );
  return (
    <PageFrame title={t('groups.title')} purpose={t('groups.purpose')}>
      <QueryTable
        id="groups"
        isRemote
        columns={columns}
        rows={pages.rows}
        rowKey={(row) => `${row.type}\n${row.id}`}
        error={pages.error}
        onRetry={pages.retry}
        isStale={pages.isStale}
        searchPlaceholder={t('groups.search')}
        href={(row) => `groups/${encodeURIComponent(row.type)}/${encodeURIComponent(row.id)}`}
        loadMore={pages.loadMore}
        isLoadingMore={pages.isLoadingMore}
        exportName="groups"
        empty={<EmptyState drawing="people" title={t('groups.empty')} sentence={t('groups.emptySentence')} />}
      />
    </PageFrame>
  );
}
