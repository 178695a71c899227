import type { IncomingEvent } from '../../stream/contract.ts';
import { createTimeParser, instantOfNumber } from '../mapping/parse-time.ts';
import type { Row, RowReader, RowSurroundings } from '../mapping/row-reader.ts';
import { refuseRow } from '../refuse-row.ts';

/** Files of one product: how they are told from others, and what their rows mean. To add one: write its file, put it into `presets.ts` and `mapping.ts`. */
export interface Preset {
  content: 'events' | 'people';
  recognises(row: Row): boolean;
  compile(around: PresetSurroundings): RowReader;
}

export interface PresetSurroundings extends RowSurroundings {
  /** IANA zone of times that name none. */
  timeZone: string;
}

/** An object, also when it stands as JSON text, as tables of exports have it. */
export function objectIn(value: unknown): Record<string, unknown> {
  if (typeof value === 'string' && value.trimStart().startsWith('{')) {
    try {
      return objectIn(JSON.parse(value));
    } catch {
      return {};
    }
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A text that is not empty; numbers as their digits. */
export function textIn(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

export function numberIn(value: unknown): number | undefined {
  if (value === null || value === '' || typeof value === 'boolean' || typeof value === 'object') return undefined;
  const found = Number(value);
  return Number.isFinite(found) ? found : undefined;
}

/** Reads times of any unit and of ISO-like texts. */
export function timeReader(timeZone: string): (value: unknown, column: string) => number {
  const parse = createTimeParser('text', timeZone);
  return (value, column) => {
    const number = numberIn(value);
    const time = number === undefined ? parse(value) : instantOfNumber(number);
    if (time !== undefined) return time;
    if (value === undefined || value === null || value === '') throw refuseRow('row_time_missing');
    throw refuseRow('row_time_unreadable', { details: { column, value: String(value).slice(0, 80) } });
  };
}

/** Leaves out what is undefined, null or an empty text. */
export function present(given: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) if (value !== undefined && value !== null && value !== '') kept[name] = value;
  return kept;
}

/** Everything of an object but these names. */
export function without(given: Record<string, unknown>, names: ReadonlySet<string>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) if (!names.has(name)) kept[name] = value;
  return kept;
}

/** The page as its address tells it, in Segment's words. */
export function pageOf(given: { url?: unknown; title?: unknown; referrer?: unknown; path?: unknown }): Record<string, unknown> {
  const url = textIn(given.url);
  const parts = url === undefined ? undefined : URL.parse(url);
  return present({
    url,
    path: textIn(given.path) ?? parts?.pathname,
    search: parts?.search,
    title: textIn(given.title),
    referrer: textIn(given.referrer),
  });
}

const campaignNames = { utm_source: 'source', utm_medium: 'medium', utm_campaign: 'name', utm_content: 'content', utm_term: 'term' } as const;

/** The campaign that stands in `utm_*` fields. */
export function campaignOf(given: Record<string, unknown>): Record<string, unknown> {
  return present(Object.fromEntries(Object.entries(campaignNames).map(([from, to]) => [to, given[from]])));
}

/** Context without its empty parts. */
export function contextOf(parts: Record<string, Record<string, unknown> | string | undefined>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(parts))
    if (part !== undefined && (typeof part === 'string' || Object.keys(part).length > 0)) kept[name] = part;
  return kept;
}

/** The event with the ids that are there. */
export function withIds(
  event: Omit<IncomingEvent, 'userId' | 'anonymousId' | 'sessionId'>,
  ids: { userId?: string | undefined; anonymousId?: string | undefined; sessionId?: string | undefined },
): IncomingEvent {
  const made: IncomingEvent = event;
  if (ids.userId !== undefined) made.userId = ids.userId;
  if (ids.anonymousId !== undefined) made.anonymousId = ids.anonymousId;
  if (ids.sessionId !== undefined) made.sessionId = ids.sessionId;
  return made;
}
