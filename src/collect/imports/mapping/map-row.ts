import { eventLimits, type IncomingEvent, type LinkedId } from '../../stream/contract.ts';
import { presets } from '../presets/presets.ts';
import { refuseRow } from '../refuse-row.ts';
import type { ColumnMapping, Mapping } from './mapping.ts';
import { createTimeParser, type TimeParser } from './parse-time.ts';
import { isNothing, readCell } from './read-cell.ts';
import type { Row, RowReader, RowSurroundings } from './row-reader.ts';

/** Makes the reader of a file's rows. Throws a `RangeError` for an unknown zone. */
export function compileMapping(mapping: Mapping, around: RowSurroundings): RowReader {
  const preset = mapping.preset === null ? undefined : presets[mapping.preset];
  if (preset) {
    const read = preset.compile({ ...around, timeZone: mapping.timeZone });
    return (record, row) => checkEvent(read(record, row));
  }
  const parseTime = createTimeParser(mapping.timeFormat, mapping.timeZone);
  const parseOtherTime = createTimeParser('text', mapping.timeZone);
  const fills = mapping.columns.filter(({ role }) => role !== 'ignore').map((column) => fillerOf(column, mapping, { parseTime, parseOtherTime }));
  return (record, row) => {
    const draft = newDraft(mapping);
    for (const fill of fills) fill(record, draft);
    return checkEvent(finish(draft, mapping, { row, around }));
  };
}

interface Draft {
  event: string;
  time: number | undefined;
  userId?: string;
  anonymousId?: string;
  sessionId?: string;
  messageId?: string;
  key?: string;
  ids: LinkedId[];
  properties: Record<string, unknown>;
  traits: Record<string, unknown>;
  context: Record<string, unknown>;
}

type Filler = (record: Row, draft: Draft) => void;

const newDraft = (mapping: Mapping): Draft => ({
  event: mapping.eventName,
  time: undefined,
  ids: [],
  properties: {},
  traits: {},
  context: {},
});

function fillerOf(
  given: ColumnMapping,
  mapping: Mapping,
  { parseTime, parseOtherTime }: { parseTime: TimeParser; parseOtherTime: TimeParser },
): Filler {
  const { column, role } = given;
  const name = given.name ?? column;
  switch (role) {
    case 'event':
      return (record, draft) => {
        const text = textOf(record[column]);
        if (text !== undefined) draft.event = text;
      };
    case 'time':
      return (record, draft) => {
        const value = record[column];
        if (isNothing(value)) return;
        draft.time = parseTime(value);
        if (draft.time === undefined) throw refuseRow('row_time_unreadable', { details: { column, value: String(value).slice(0, 80) } });
      };
    case 'userId':
    case 'anonymousId':
    case 'sessionId':
    case 'messageId':
    case 'key':
      return (record, draft) => {
        const text = textOf(record[column]);
        if (text !== undefined) draft[role] = text;
      };
    case 'id':
      return (record, draft) => {
        const value = textOf(record[column]);
        if (value !== undefined) draft.ids.push({ kind: name, value });
      };
    case 'context':
      return (record, draft) => {
        const value = textOf(record[column]);
        if (value !== undefined) draft.context[name] = value;
      };
    case 'properties':
    case 'traits':
      return (record, draft) => Object.assign(draft[role], objectOf(record[column], column));
    case 'property':
    case 'trait':
      return valueFiller(given, role === 'property' && mapping.content === 'events' ? 'properties' : 'traits', parseOtherTime);
    default:
      return () => {};
  }
}

function valueFiller({ column, name = column, as }: ColumnMapping, into: 'properties' | 'traits', parseTime: TimeParser): Filler {
  return (record, draft) => {
    const cell = readCell(record[column], as, parseTime);
    if (cell === 'nothing') return;
    if (cell === 'unreadable') throw refuseRow('row_value_unreadable', { details: { column, value: String(record[column]).slice(0, 80), as } });
    draft[into][name] = cell.value;
  };
}

function finish(draft: Draft, mapping: Mapping, { row, around }: { row: number; around: RowSurroundings }): IncomingEvent {
  const isPeople = mapping.content === 'people';
  const event = isPeople ? '$identify' : draft.event;
  if (event.trim() === '') throw refuseRow('row_event_missing');
  if (draft.time === undefined && !isPeople) throw refuseRow('row_time_missing');
  const made: IncomingEvent = {
    messageId: draft.messageId ?? (draft.key === undefined ? around.idOf(row) : `${event}:${draft.key}`),
    kind: isPeople ? 'identify' : 'track',
    event,
    time: draft.time ?? around.takenAt,
    sequence: row,
    properties: isPeople ? draft.traits : draft.properties,
    context: draft.context,
  };
  if (draft.userId !== undefined) made.userId = draft.userId;
  if (draft.anonymousId !== undefined) made.anonymousId = draft.anonymousId;
  if (draft.sessionId !== undefined) made.sessionId = draft.sessionId;
  if (draft.ids.length > 0) made.ids = draft.ids;
  if (Object.keys(draft.traits).length > 0) made.traits = draft.traits;
  if (isPeople) made.passive = true;
  return made;
}

/** The rules that a row can break by itself; the stream holds all of them again. They are here so that a dry run tells them. */
function checkEvent(event: IncomingEvent): IncomingEvent {
  if (event.userId === undefined && event.anonymousId === undefined && !event.ids?.length) throw refuseRow('row_person_missing');
  for (const [field, id] of [
    ['userId', event.userId],
    ['anonymousId', event.anonymousId],
    ['messageId', event.messageId],
  ] as const)
    if (id !== undefined && id.length > eventLimits.idLengthMax)
      throw refuseRow('row_id_too_long', { details: { field, max: eventLimits.idLengthMax, length: id.length } });
  if (event.event.length > eventLimits.nameLengthMax)
    throw refuseRow('row_event_too_long', { details: { max: eventLimits.nameLengthMax, length: event.event.length } });
  if (event.kind === 'track' && event.event.startsWith('$') && !event.preset)
    throw refuseRow('row_event_reserved', { details: { event: event.event } });
  if (event.time < eventLimits.timeMinMs) throw refuseRow('row_time_too_old', { details: { time: new Date(event.time).toISOString() } });
  return event;
}

function textOf(value: unknown): string | undefined {
  if (isNothing(value)) return undefined;
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function objectOf(value: unknown, column: string): Record<string, unknown> {
  if (isNothing(value)) return {};
  let found = value;
  if (typeof value === 'string') {
    try {
      found = JSON.parse(value);
    } catch {
      found = undefined;
    }
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found))
    throw refuseRow('row_object_unreadable', { details: { column, value: String(value).slice(0, 80) } });
  return found as Record<string, unknown>;
}
