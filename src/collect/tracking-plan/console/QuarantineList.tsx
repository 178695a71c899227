import { CloseOutlined } from '@ant-design/icons';
import { Button, Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column, Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { usePermissions } from '../../../console/kit/use-permissions.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useRead, useReadPages } from '../../../console/query.ts';
import { listQuarantine, type QuarantinedEvent, type QuarantineState, quarantineStates, violationKinds } from '../contract.ts';
import styles from './Plan.module.css';
import { PlanTabs } from './PlanTabs.tsx';
import { QuarantineActs } from './QuarantineActs.tsx';
import { QuarantineDrawer } from './QuarantineDrawer.tsx';
import { ReplayAll } from './ReplayAll.tsx';
import { usePlanWords } from './use-plan-words.ts';

const REFRESH_MS = 8_000;
const meanings = { quarantined: 'waiting', refused: 'danger', replayed: 'success', discarded: 'neutral' } as const;

/** Events that were kept apart or refused, and what can be done with them. */
export function QuarantineList() {
  const { t } = useTranslation('tracking-plan');
  const can = usePermissions();
  const projectId = useProjectId();
  const { filters, search } = useListState();
  const [openId, setOpenId] = useUrlState('entry', '');
  const [event, setEvent] = useUrlState('f.event', '');
  const filter = {
    ...(event !== '' && { event }),
    ...(filters['kind'] && { kind: filters['kind'] }),
    ...(search.trim() !== '' && { search: search.trim() }),
  };
  const state = quarantineStates.find((one) => one === filters['state']);
  const pages = useReadPages(
    listQuarantine,
    { params: { projectId }, query: { ...filter, ...(state && { state }) } },
    { refetchIntervalMs: REFRESH_MS },
  );
  const { data: counted } = useRead(listQuarantine, { params: { projectId }, query: { ...filter, limit: 1 } }, { refetchIntervalMs: REFRESH_MS });
  const mayWrite = can('tracking-plan.write');
  const waitingState = state === 'quarantined' || state === 'refused' ? state : undefined;
  const waiting = waitingState ? (counted?.counts[waitingState] ?? 0) : (counted?.counts.quarantined ?? 0) + (counted?.counts.refused ?? 0);
  return (
    <PageFrame
      title={t('title')}
      purpose={t('quarantine.purpose')}
      action={mayWrite ? <ReplayAll filter={{ ...filter, ...(waitingState && { state: waitingState }) }} waiting={waiting} /> : undefined}
      below={<PlanTabs at="quarantine" />}
    >
      <QueryTable<QuarantinedEvent>
        id="quarantine"
        isRemote
        columns={useQuarantineColumns()}
        rows={pages.rows}
        rowKey={(row) => String(row.id)}
        error={pages.error}
        onRetry={pages.retry}
        isStale={pages.isStale}
        searchPlaceholder={t('quarantine.search')}
        filters={useQuarantineFilters(counted?.counts)}
        tools={event === '' ? null : <EventFilter event={event} onRemove={() => setEvent('')} />}
        onOpen={(row) => setOpenId(String(row.id), { push: true })}
        loadMore={pages.loadMore}
        isLoadingMore={pages.isLoadingMore}
        exportName="quarantine"
        {...(mayWrite && { bulk: (rows, clear) => <QuarantineActs rows={rows} onDone={clear} /> })}
        empty={<EmptyState drawing="stream" title={t('quarantine.none')} sentence={t('quarantine.noneHelp')} />}
      />
      <QuarantineDrawer entryId={/^\d+$/.test(openId) ? Number(openId) : undefined} onClose={() => setOpenId('')} />
    </PageFrame>
  );
}

function EventFilter({ event, onRemove }: { event: string; onRemove(): void }) {
  const { t } = useTranslation('tracking-plan');
  return (
    <Tag>
      {event} <Button size="small" type="text" aria-label={t('quarantine.clearEvent')} icon={<CloseOutlined />} onClick={onRemove} />
    </Tag>
  );
}

function useQuarantineFilters(counts: Partial<Record<QuarantineState, number>> | undefined): readonly Filter<QuarantinedEvent>[] {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const words = usePlanWords();
  const labelOf = (state: QuarantineState) => `${t(`quarantine.states.${state}`)} · ${format.number(counts?.[state] ?? 0)}`;
  return [
    { key: 'state', label: t('columns.status'), options: quarantineStates.map((value) => ({ value, label: labelOf(value) })) },
    {
      key: 'kind',
      label: t('violations.kind'),
      options: violationKinds
        .filter((kind) => !kind.endsWith('_event') || kind === 'unplanned_event')
        .map((value) => ({ value, label: words.kind(value) })),
    },
  ];
}

function useQuarantineColumns(): readonly Column<QuarantinedEvent>[] {
  const { t } = useTranslation('tracking-plan');
  const words = usePlanWords();
  return useMemo(
    () => [
      {
        key: 'event',
        title: t('columns.event'),
        value: (row) => [words.name(undefined, row.event), row.event].filter(Boolean).join(' '),
        render: (row) => words.name(undefined, row.event) ?? row.event,
      },
      {
        key: 'state',
        title: t('columns.status'),
        value: (row) => row.state,
        render: (row) => <StatusMark meaning={meanings[row.state]}>{t(`quarantine.states.${row.state}`)}</StatusMark>,
      },
      {
        key: 'reasons',
        title: t('quarantine.reasons'),
        value: (row) => row.violations.map(({ kind, name }) => `${kind} ${name}`).join('; '),
        render: (row) => (
          <span className={styles['rules']}>
            {row.violations.slice(0, 3).map((one) => (
              <span key={`${one.kind}${one.name}`}>
                {words.kind(one.kind)}
                {one.name ? <code> {one.name}</code> : null}
              </span>
            ))}
            {row.violations.length > 3 ? <span>+{row.violations.length - 3}</span> : null}
          </span>
        ),
      },
      {
        key: 'who',
        title: t('quarantine.who'),
        value: (row) => row.userId ?? row.anonymousId,
        render: (row) => row.userId ?? row.anonymousId ?? '–',
      },
      { key: 'library', title: t('violations.client'), value: (row) => row.library, render: (row) => row.library || '–' },
      {
        key: 'receivedAt',
        title: t('quarantine.receivedAt'),
        value: (row) => row.receivedAt,
        render: (row) => <TimeText at={row.receivedAt} withSeconds />,
      },
    ],
    [t, words],
  );
}
