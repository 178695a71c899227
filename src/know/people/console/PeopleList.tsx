import { Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useGo } from '../../../console/kit/use-go.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead, useReadPages } from '../../../console/query.ts';
import { listPeople, type PersonRow } from '../contract.ts';
import { secondLineOf, shortValue } from './names.ts';
import styles from './People.module.css';

/** Everybody, the last seen first; the search finds any id and any trait. */
export function PeopleList() {
  const { t } = useTranslation('people');
  const go = useGo();
  const format = useFormat();
  const projectId = useProjectId();
  const { search } = useListState();
  const pages = useReadPages(listPeople, { params: { projectId }, query: { ...(search && { search }) } });
  const { data: first } = useRead(listPeople, { params: { projectId }, query: { limit: 1 } }, { staleTimeMs: 30_000 });
  const columns = usePeopleColumns();
  const total = first?.total;
  return (
    <PageFrame title={t('title')} purpose={total ? t('purposeCount', { count: total, formatted: format.number(total) }) : t('purpose')}>
      <QueryTable
        id="people"
        isRemote
        columns={columns}
        rows={pages.rows}
        rowKey={(row) => String(row.personId)}
        error={pages.error}
        onRetry={pages.retry}
        isStale={pages.isStale}
        searchPlaceholder={t('search')}
        href={(row) => `people/${row.personId}`}
        loadMore={pages.loadMore}
        isLoadingMore={pages.isLoadingMore}
        exportName="people"
        empty={
          <EmptyState
            drawing="people"
            title={t('empty.title')}
            sentence={t('empty.sentence')}
            action={
              <Button type="primary" onClick={() => go('keys')}>
                {t('empty.action')}
              </Button>
            }
          />
        }
      />
    </PageFrame>
  );
}

/** Traits shown in a row, besides those that make the name. */
const TRAITS_SHOWN = 3;
const NAME_TRAITS = new Set(['name', 'email', 'firstName', 'lastName', 'avatar']);

function traitsOf(row: PersonRow): [string, unknown][] {
  return Object.entries(row.traits).filter(([name, value]) => !NAME_TRAITS.has(name) && value !== null && typeof value !== 'object');
}

function usePeopleColumns(): readonly Column<PersonRow>[] {
  const { t } = useTranslation('people');
  return useMemo(
    () => [
      {
        key: 'person',
        title: t('columns.person'),
        value: (row) => row.label,
        render: (row) => (
          <span className={styles['who']}>
            <span className={styles['name']}>{row.label}</span>
            <span className={styles['second']}>{secondLineOf(row)}</span>
          </span>
        ),
      },
      {
        key: 'traits',
        title: t('columns.traits'),
        value: (row) => JSON.stringify(row.traits),
        render: (row) => (
          <span className={styles['chips']}>
            {traitsOf(row)
              .slice(0, TRAITS_SHOWN)
              .map(([name, value]) => (
                <span key={name} className={styles['chip']}>
                  <span className={styles['chipName']}>{name}</span> {shortValue(value)}
                </span>
              ))}
          </span>
        ),
      },
      {
        key: 'ids',
        title: t('columns.ids'),
        isShown: false,
        value: (row) => row.externalIds.map((id) => id.value).join(' '),
        render: (row) => <code className="small">{row.externalIds.map((id) => id.value).join(', ')}</code>,
      },
      {
        key: 'lastSeenAt',
        title: t('columns.lastSeen'),
        value: (row) => (row.lastSeenAt === undefined ? '' : new Date(row.lastSeenAt).toISOString()),
        render: (row) =>
          row.lastSeenAt === undefined ? <span className="quiet">{t('neverSeen')}</span> : <TimeText at={row.lastSeenAt} isRelative />,
      },
      {
        key: 'createdAt',
        title: t('columns.created'),
        value: (row) => new Date(row.createdAt).toISOString(),
        render: (row) => <TimeText at={row.createdAt} isRelative />,
      },
    ],
    [t],
  );
}
