import { Button, Input, Select } from 'antd';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../console/kit/EmptyState.tsx';
import { ErrorPanel } from '../../../console/kit/ErrorPanel.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { ListSkeleton } from '../../../console/kit/Skeletons.tsx';
import { useEventName } from '../../../console/kit/use-event-name.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import { useProject } from '../../../console/kit/use-project.ts';
import { useUrlState } from '../../../console/kit/use-url-state.ts';
import { useReadPages } from '../../../console/query.ts';
import { listTimeline, type Person, type TimelineEntry } from '../contract.ts';
import { nameOfEvent } from './names.ts';
import styles from './People.module.css';
import { TimelineItem } from './TimelineItem.tsx';

const TYPING_PAUSE_MS = 300;
const REFRESH_MS = 5_000;

/** Everything that happened to a person, newest first, by day; filters stand in the URL. */
export function Timeline({ person }: { person: Person }) {
  const { t } = useTranslation('people');
  const project = useProject();
  const [events, setEvents] = useUrlState<string[]>('events', []);
  const [text, setText] = useUrlState('text', '');
  const query = { ...(events.length > 0 && { event: events.join(',') }), ...(text && { text }) };
  const pages = useReadPages(
    listTimeline,
    { params: { projectId: project.id, personId: person.personId }, query },
    { refetchIntervalMs: REFRESH_MS },
  );
  const days = useMemo(() => byDay(pages.rows ?? [], project.timeZone), [pages.rows, project.timeZone]);
  const isFiltered = events.length > 0 || text !== '';
  return (
    <Panel title={t('timeline')} isFlush>
      <div className={styles['filters']}>
        <EventFilter person={person} chosen={events} onChoose={setEvents} />
        <TextFilter value={text} onChange={setText} />
      </div>
      {pages.error ? <ErrorPanel error={pages.error} onRetry={pages.retry} isSmall /> : null}
      {pages.rows === undefined && !pages.error ? <ListSkeleton /> : null}
      {pages.rows?.length === 0 ? (
        <EmptyState
          drawing="stream"
          isSmall
          title={t(isFiltered ? 'nothingFound' : 'nothingHappened')}
          sentence={isFiltered ? t('nothingFoundWayOut') : undefined}
        />
      ) : null}
      <div className={pages.isStale ? styles['stale'] : undefined}>
        {days.map(({ day, entries }) => (
          <DayOfTimeline key={day} day={day} entries={entries} />
        ))}
      </div>
      {pages.loadMore ? (
        <div className={styles['more']}>
          <Button type="text" loading={pages.isLoadingMore} onClick={pages.loadMore}>
            {t('older')}
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}

function DayOfTimeline({ day, entries }: { day: string; entries: readonly TimelineEntry[] }) {
  const format = useFormat();
  return (
    <section>
      <h3 className={styles['day']}>
        {format.day(day)} <span>{day.slice(0, 4)}</span>
      </h3>
      <ol>
        {entries.map((entry) => (
          <TimelineItem key={entry.messageId} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function EventFilter({ person, chosen, onChoose }: { person: Person; chosen: string[]; onChoose: (events: string[]) => void }) {
  const { t, i18n } = useTranslation('people');
  const format = useFormat();
  const nameOf = useEventName(useCallback((event: string) => nameOfEvent(event, i18n.language), [i18n.language]));
  const options = person.events.map(({ event, count }) => ({ value: event, label: nameOf(event), note: format.number(count) }));
  return (
    <Select
      mode="multiple"
      allowClear
      maxTagCount="responsive"
      className={styles['eventFilter'] ?? ''}
      aria-label={t('filterEvents')}
      placeholder={t('filterEvents')}
      showSearch={{ optionFilterProp: 'label' }}
      value={chosen}
      options={options}
      onChange={onChoose}
      optionRender={({ data }) => (
        <span className={styles['option']}>
          <span>{data.label}</span>
          <span className="quiet">{data.note}</span>
        </span>
      )}
    />
  );
}

function TextFilter({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const { t } = useTranslation('people');
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Input.Search
      allowClear
      className={styles['textFilter'] ?? ''}
      aria-label={t('filterText')}
      placeholder={t('filterText')}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onSearch={onChange}
    />
  );
}

/** Entries by the project's local day, in their order. */
function byDay(entries: readonly TimelineEntry[], timeZone: string): { day: string; entries: TimelineEntry[] }[] {
  const dayFormat = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const days: { day: string; entries: TimelineEntry[] }[] = [];
  for (const entry of entries) {
    const day = dayFormat.format(entry.time);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days;
}
