import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { TaskProgress } from '../../../console/kit/TaskProgress.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useReadPages } from '../../../console/query.ts';
import { listMembers } from '../contract.ts';
import styles from './Segments.module.css';
import { useMemberExport } from './use-member-export.ts';
import type { WholeSegment } from './whole-segment.ts';

interface MemberRow {
  personId: number;
  label: string;
  note: string;
  enteredAt: number;
}

const REFRESH_MS = 10_000;

/** Members page by page, as the search of the page asks; read again when the size changes. */
function useMembers(segment: WholeSegment) {
  const projectId = useProjectId();
  const { segmentId } = segment;
  const { search } = useListState();
  const pages = useReadPages<typeof listMembers, MemberRow>(
    listMembers,
    { params: { projectId, segmentId }, query: search === '' ? {} : { search } },
    { refetchIntervalMs: REFRESH_MS },
  );
  const { retry } = pages;
  const seen = useRef(segment.size);
  useEffect(() => {
    if (seen.current !== segment.size) retry();
    seen.current = segment.size;
  }, [segment.size, retry]);
  return pages;
}

/** The members now, found by name, trait or id, and all of them as a file. */
export function MemberTable({ segment }: { segment: WholeSegment }) {
  const { t } = useTranslation('segments');
  const can = usePermissions();
  const pages = useMembers(segment);
  const columns = useMemo(
    (): readonly Column<MemberRow>[] => [
      { key: 'person', title: t('members.person'), render: (row) => row.label },
      { key: 'note', title: t('members.id'), render: (row) => <span className="quiet">{row.note}</span> },
      { key: 'entered', title: t('members.entered'), align: 'right', render: (row) => <TimeText at={row.enteredAt} /> },
    ],
    [t],
  );
  const file = useMemberExport(segment);
  return (
    <>
      {file.progress ? (
        <div className={styles['task']}>
          <TaskProgress
            title={t('members.exporting')}
            done={file.progress.done}
            total={segment.size}
            startedAt={file.progress.startedAt}
            onCancel={file.cancel}
          />
        </div>
      ) : null}
      <QueryTable
        id="segment-members"
        columns={columns}
        rows={pages.rows}
        rowKey={(row) => String(row.personId)}
        error={pages.error}
        onRetry={pages.retry}
        isStale={pages.isStale}
        loadMore={pages.loadMore}
        isLoadingMore={pages.isLoadingMore}
        isRemote
        searchPlaceholder={t('members.search')}
        href={(row) => `people/${row.personId}`}
        tools={
          can('segments.export') && segment.size > 0 ? (
            <Button size="small" icon={<DownloadOutlined />} disabled={file.progress !== undefined} onClick={() => void file.run()}>
              {t('members.export')}
            </Button>
          ) : undefined
        }
        empty={
          <EmptyState
            drawing="people"
            title={t(segment.isComputing ? 'computingNow' : 'members.none')}
            sentence={segment.isComputing ? undefined : t('members.noneSentence')}
          />
        }
      />
    </>
  );
}
