import { useInfiniteQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, call } from '../../../console/api.ts';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useAct } from '../../../console/query.ts';
import { useNarrow } from '../../../console/theme/use-mode.ts';
import { listPeopleBehind, type Question, saveSegmentOfPeople } from '../contract.ts';
import styles from './PeopleDrawer.module.css';
import type { OpenCell } from './use-question.ts';

interface PeopleDrawerProps {
  question: Question;
  open: OpenCell | null;
  onClose(): void;
}

/** The people behind a number, and the way to keep them as a segment. */
export function PeopleDrawer({ question, open, onClose }: PeopleDrawerProps) {
  const { t } = useTranslation('insights');
  const isNarrow = useNarrow();
  return (
    <Drawer
      open={open !== null}
      onClose={onClose}
      size={isNarrow ? '100%' : 440}
      title={open?.title ?? t('people')}
      mask={{ blur: false }}
      destroyOnHidden
    >
      {open ? <People question={question} open={open} /> : null}
    </Drawer>
  );
}

function People({ question, open }: { question: Question; open: OpenCell }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const projectId = useProjectId();
  const can = usePermissions();
  const number = { question, asOf: open.asOf, cell: open.cell };
  const list = useInfiniteQuery({
    queryKey: [listPeopleBehind.id, projectId, number],
    queryFn: ({ pageParam, signal }) =>
      call(listPeopleBehind, { params: { projectId }, body: { ...number, ...(pageParam && { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
  });
  if (list.error) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} isSmall />;
  if (!list.data) return <ListSkeleton />;
  const people = list.data.pages.flatMap((page) => page.items);
  const total = list.data.pages[0]?.total ?? 0;
  if (total === 0) return <EmptyState drawing="people" isSmall title={t('nobody')} />;
  return (
    <>
      <p className={styles['count']}>{t('peopleCount', { count: total, formatted: format.number(total) })}</p>
      {can('segments.write') ? <SaveSegment number={number} title={open.title} /> : null}
      <ul className={styles['list']}>
        {people.map((person) => (
          <li key={person.personId}>
            <ProjectLink to={`people/${person.personId}`} className={styles['person'] ?? ''}>
              <span className={styles['name']}>{person.label}</span>
              <span className={styles['note']}>{person.note}</span>
            </ProjectLink>
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button type="text" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      ) : null}
    </>
  );
}

function SaveSegment({ number, title }: { number: { question: Question; asOf: number; cell: OpenCell['cell'] }; title: string }) {
  const { t } = useTranslation('insights');
  const projectId = useProjectId();
  const [name, setName] = useState(title.slice(0, 120));
  const save = useAct(saveSegmentOfPeople, { refreshes: ['segments.', 'audiences.'] });
  if (save.data) {
    return (
      <Alert
        className={styles['save'] ?? ''}
        type="success"
        showIcon
        title={t(save.data.kind === 'list' ? 'savedAsList' : 'savedAsCondition')}
        action={<ProjectLink to={`segments/${save.data.segmentId}`}>{t('openSegment')}</ProjectLink>}
      />
    );
  }
  return (
    <form
      className={styles['save']}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') save.mutate({ params: { projectId }, body: { ...number, name } });
      }}
    >
      <div className={styles['row']}>
        <Input
          aria-label={t('segmentName')}
          placeholder={t('segmentName')}
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button htmlType="submit" type="primary" loading={save.isPending}>
          {t('saveSegment')}
        </Button>
      </div>
      {save.error ? (
        <p className={styles['fault']} role="alert">
          {save.error instanceof ApiError ? save.error.message : t('notSaved')}
        </p>
      ) : null}
    </form>
  );
}
