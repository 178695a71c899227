import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Alert, Button, Drawer } from 'antd';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { PageFrame } from '../../../console/kit/PageFrame.tsx';
import { LiveDot, StatusMark } from '../../../console/kit/StatusMark.tsx';
import { TimeText } from '../../../console/kit/TimeText.tsx';
import type { Column, Filter } from '../../../console/kit/table/columns.ts';
import { QueryTable } from '../../../console/kit/table/QueryTable.tsx';
import { useListState } from '../../../console/kit/table/use-list-state.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { type Arrival, type ArrivalFilter, arrivalStatuses } from '../contract.ts';
import { ArrivalDrawer } from './ArrivalDrawer.tsx';
import { HowToSend } from './HowToSend.tsx';
import { meaningOf, nameOfEvent, reasonOf } from './names.ts';
import { useArrivals } from './use-arrivals.ts';

/** The live debugger: what arrives at the door of the project. */
export function LiveEvents() {
  const { t } = useTranslation('gateway');
  const state = useListState();
  const filter = useMemo(() => filterOf(state.search, state.filters), [state.search, state.filters]);
  const { items, error } = useArrivals(useProjectId(), filter);
  const [held, setHeld] = useState<Arrival[]>();
  const [opened, setOpened] = useState<Arrival>();
  const [help, setHelp] = useUrlState('help', '');
  const columns = useArrivalColumns();
  const filters = useFilters(items);
  const shown = held ?? items;
  const isEmpty = items?.length === 0 && Object.keys(filter).length === 0;
  return (
    <PageFrame title={t('title')} purpose={t('purpose')} action={isEmpty ? null : <Button onClick={() => setHelp('1')}>{t('how_to_send')}</Button>}>
      {error ? <Alert type="warning" showIcon title={t('error')} /> : null}
      <QueryTable
        id="arrivals"
        columns={columns}
        rows={shown}
        rowKey={(arrival) => arrival.id}
        onOpen={setOpened}
        searchPlaceholder={t('filter.search')}
        filters={filters}
        tools={<PauseButton held={held} items={items} onHold={setHeld} />}
        empty={<FirstEvent />}
      />
      <ArrivalDrawer arrival={opened} onClose={() => setOpened(undefined)} />
      <Drawer open={help === '1'} onClose={() => setHelp('')} title={t('how_to_send')} size={640}>
        <HowToSend />
      </Drawer>
    </PageFrame>
  );
}

function FirstEvent() {
  const { t } = useTranslation('gateway');
  return (
    <>
      <EmptyState drawing="stream" title={t('empty.title')} sentence={t('empty.text')} />
      <div style={{ maxWidth: 760, margin: '0 auto', padding: '0 24px 32px' }}>
        <HowToSend />
      </div>
    </>
  );
}

interface PauseButtonProps {
  held: Arrival[] | undefined;
  items: Arrival[] | undefined;
  onHold(items: Arrival[] | undefined): void;
}

function PauseButton({ held, items, onHold }: PauseButtonProps) {
  const { t } = useTranslation('gateway');
  const newestHeld = held?.[0]?.id;
  const since = held ? (items ?? []).findIndex((item) => item.id === newestHeld) : 0;
  const missed = since < 0 ? (items?.length ?? 0) : since;
  return (
    <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }} aria-live="polite">
      <LiveDot isLive={!held} />
      <span className="quiet small">{held ? t('pausedWith', { count: missed }) : t('listening')}</span>
      <Button size="small" icon={held ? <PlayCircleOutlined /> : <PauseOutlined />} onClick={() => onHold(held ? undefined : (items ?? []))}>
        {held ? t('resume') : t('pause')}
      </Button>
    </span>
  );
}

/** What the server shall look for: it keeps a list of its own for it, so that nothing rare is pushed out by what is frequent. */
function filterOf(search: string, chosen: Readonly<Record<string, string>>): ArrivalFilter {
  const status = arrivalStatuses.find((each) => each === chosen['status']);
  return {
    ...(status && { status }),
    ...(chosen['dialect'] && { dialect: chosen['dialect'] }),
    ...(chosen['key'] && { key: chosen['key'] }),
    ...(search.trim() !== '' && { search: search.trim() }),
  };
}

/** By result; and by the clients and keys that were seen since the page was opened. */
function useFilters(items: readonly Arrival[] | undefined): readonly Filter<Arrival>[] {
  const { t } = useTranslation('gateway');
  const dialects = useSeen(items, (arrival) => arrival.dialect);
  const keys = useSeen(items, (arrival) => arrival.key);
  return useMemo(
    () => [
      { key: 'status', label: t('column.status'), options: arrivalStatuses.map((status) => ({ value: status, label: t(`filter.${status}`) })) },
      { key: 'dialect', label: t('field.dialect'), options: dialects },
      { key: 'key', label: t('column.key'), options: keys },
    ],
    [t, dialects, keys],
  );
}

function useSeen(items: readonly Arrival[] | undefined, of: (arrival: Arrival) => string): readonly { value: string; label: string }[] {
  const seen = useRef(new Set<string>());
  for (const item of items ?? []) seen.current.add(of(item));
  const text = [...seen.current].sort().join('\n');
  return useMemo(() => (text === '' ? [] : text.split('\n').map((value) => ({ value, label: value }))), [text]);
}

function useArrivalColumns(): readonly Column<Arrival>[] {
  const { t } = useTranslation('gateway');
  const { t: any } = useTranslation();
  return useMemo(
    () => [
      { key: 'time', title: t('column.time'), widthPx: 190, render: (row) => <TimeText at={row.at} withSeconds /> },
      { key: 'event', title: t('column.event'), value: (row) => `${row.event} ${row.kind} ${row.messageId}`, render: (row) => nameOfEvent(row, t) },
      {
        key: 'who',
        title: t('column.who'),
        value: (row) => `${row.userId ?? ''} ${row.anonymousId ?? ''} ${row.personId ?? ''}`,
        render: (row) => ((row.userId ?? row.anonymousId) ? <code>{row.userId ?? row.anonymousId}</code> : <span className="quiet">–</span>),
      },
      {
        key: 'key',
        title: t('column.key'),
        value: (row) => row.key,
        render: (row) => (
          <>
            <code>{row.key}</code>
            {row.keyKind === 'secret' ? <span className="quiet small"> {t('secret_key')}</span> : null}
          </>
        ),
      },
      { key: 'dialect', title: t('field.dialect'), value: (row) => row.dialect, render: (row) => row.dialect },
      { key: 'library', title: t('field.library'), value: (row) => row.library, render: (row) => row.library ?? '–', isShown: false },
      {
        key: 'status',
        title: t('column.status'),
        value: (row) => `${row.status} ${row.code ?? ''}`,
        render: (row) => (
          <div style={{ display: 'grid', gap: 2, justifyItems: 'inherit', maxWidth: 340, whiteSpace: 'normal' }}>
            <span>
              <StatusMark meaning={meaningOf[row.status]}>{t(`filter.${row.status}`)}</StatusMark>
            </span>
            {row.code ? <span className="quiet small">{reasonOf(row, { t, any })}</span> : null}
            {row.status === 'accepted' && row.violations.length > 0 ? (
              <span className="quiet small">{t('violations.count', { count: row.violations.length })}</span>
            ) : null}
          </div>
        ),
      },
    ],
    [t, any],
  );
}
