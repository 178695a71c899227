import { createHash } from 'node:crypto';
import { AppError } from '../../kernel/errors/errors.ts';
import type { DialectMessage } from '../gateway/index.ts';
import { eventLimits, type IncomingEvent, type LinkedId } from '../stream/contract.ts';
import { EVENTS_MAX, type MappedField, type Mapping, refuseSource } from './contract.ts';
import { type Telling, valueAt } from './path.ts';
import { readTime } from './read-time.ts';

/** What is known beside the body. */
export interface MappingSurroundings {
  headers: Readonly<Record<string, string>>;
  receivedAt: number;
  timeZone: string;
  /** Begins the message ids, so that two systems' ids are never taken for each other. */
  idPrefix: string;
  /** Stands in the ids of what names none itself: the same body taken again is the same messages. */
  deliveryId: string;
}

export interface MappedBody {
  messages: DialectMessage[];
  /** Parts that `only` leaves out. */
  skipped: number;
}

/** What a body means by a mapping. Throws `sources.items_not_list`, `sources.too_many_events`; faults of single parts stand in their place. */
export function mapBody(mapping: Mapping, body: unknown, around: MappingSurroundings): MappedBody {
  const whole: Telling = { item: body, body, headers: around.headers };
  const items: unknown = mapping.items === '' ? [body] : valueAt(mapping.items, whole);
  if (!Array.isArray(items)) throw refuseSource('items_not_list', { details: { path: mapping.items } });
  if (items.length > EVENTS_MAX) throw refuseSource('too_many_events', { details: { max: EVENTS_MAX, count: items.length } });
  const wanted = items
    .map((item: unknown, sequence) => ({ telling: { ...whole, item }, sequence }))
    .filter(({ telling }) => isWanted(mapping, telling));
  const messages = wanted.map(({ telling, sequence }): DialectMessage => {
    try {
      return { raw: telling.item, event: eventOf(mapping, telling, { ...around, sequence }) };
    } catch (error) {
      if (error instanceof AppError) return { raw: telling.item, error };
      throw error;
    }
  });
  return { messages, skipped: items.length - wanted.length };
}

function isWanted({ only }: Mapping, telling: Telling): boolean {
  if (only === null) return true;
  const value = valueAt(only.path, telling);
  const values = Array.isArray(value) ? value : [value];
  return values.some((one) => one !== undefined && one !== null && only.values.includes(String(one)));
}

function eventOf(mapping: Mapping, telling: Telling, around: MappingSurroundings & { sequence: number }): IncomingEvent {
  const { name, told } = mapping.kind === 'identify' ? { name: '$identify', told: '$identify' } : nameOf(mapping, telling);
  const event: IncomingEvent = {
    messageId: messageIdOf(mapping, telling, { ...around, told }),
    kind: mapping.kind,
    event: name,
    time: timeOf(mapping, telling, around),
    sequence: around.sequence,
    properties: fieldsOf(mapping.properties, telling, around.timeZone),
    context: { library: { name: 'webhook' } },
  };
  const userId = idAt(mapping.userId, telling);
  const anonymousId = idAt(mapping.anonymousId, telling);
  if (userId !== undefined) event.userId = userId;
  if (anonymousId !== undefined) event.anonymousId = anonymousId;
  const ids = mapping.ids.flatMap(({ kind, path }): LinkedId[] => {
    const value = idAt(path, telling);
    return value === undefined ? [] : [{ kind, value }];
  });
  if (ids.length > 0) event.ids = ids;
  if (userId === undefined && anonymousId === undefined && ids.length === 0) throw refuseSource('person_missing');
  const traits = fieldsOf(mapping.traits, telling, around.timeZone);
  if (Object.keys(traits).length > 0) event.traits = traits;
  if (mapping.kind === 'identify') event.properties = { ...traits, ...event.properties };
  return event;
}

/** The name that the event gets, and the one it was told by. */
function nameOf({ event }: Mapping, telling: Telling): { name: string; told: string } {
  const found = event.path === '' ? undefined : valueAt(event.path, telling);
  const sent = typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? String(found).trim() : '';
  const name = sent === '' ? event.name : Object.hasOwn(event.names, sent) ? (event.names[sent] ?? sent) : sent;
  if (name === '') throw refuseSource('event_missing', { details: { path: event.path } });
  return { name, told: sent === '' ? name : sent };
}

function idAt(path: string, telling: Telling): string | undefined {
  const found = valueAt(path, telling);
  const value: unknown = Array.isArray(found) ? found[0] : found;
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw refuseSource('id_invalid', { details: { path } });
}

/** The same thing told again has the same id; what is told of it by another name is another message. Renaming an event here changes no id. */
function messageIdOf(mapping: Mapping, telling: Telling, around: MappingSurroundings & { sequence: number; told: string }): string {
  const sent = idAt(mapping.messageId, telling);
  const id = sent === undefined ? `${around.idPrefix}:${around.deliveryId}:${around.sequence}` : `${around.idPrefix}:${around.told}:${sent}`;
  return id.length <= eventLimits.idLengthMax ? id : `${around.idPrefix}:${createHash('sha256').update(id).digest('hex')}`;
}

function timeOf(mapping: Mapping, telling: Telling, { receivedAt, timeZone }: MappingSurroundings): number {
  if (mapping.time === '') return receivedAt;
  const value = valueAt(mapping.time, telling);
  const time = readTime(value, timeZone);
  if (time === undefined) throw refuseSource('time_invalid', { details: { path: mapping.time, value: String(value).slice(0, 60) } });
  return time;
}

function fieldsOf(fields: readonly MappedField[], telling: Telling, timeZone: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { name, path, as } of fields) {
    const value = readAs(as, valueAt(path, telling), timeZone);
    if (value !== undefined && value !== null && value !== '') values[name] = value;
  }
  return values;
}

function readAs(as: MappedField['as'], value: unknown, timeZone: string): unknown {
  if (Array.isArray(value)) return value.map((part: unknown) => readAs(as, part, timeZone));
  if (value === undefined || value === null || as === 'auto') return value;
  if (as === 'text') return typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (as === 'time') {
    const time = readTime(value, timeZone);
    return time === undefined ? value : new Date(time).toISOString();
  }
  const number = typeof value === 'number' ? value : Number(String(value).replace(/[,\s¥$€£]/g, ''));
  if (!Number.isFinite(number) || String(value).trim() === '') return value;
  return as === 'cents' ? Math.round(number * 1e4) / 1e6 : number;
}
