import { comparableId } from '../../collect/identity/contract.ts';
import type { IdentityApi } from '../../collect/identity/index.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { type AudiencesApi, briefOf } from '../audiences/index.ts';
import type { SegmentsApi } from '../segments/index.ts';
import { type Person, type PersonRow, refusePerson, type TimelineEntry } from './contract.ts';
import { eventCountsOfPerson } from './queries/event-counts-of-person.ts';
import { neverSeen } from './queries/never-seen.ts';
import { peopleWithText } from './queries/people-with-text.ts';
import { lastSeenOf, recentlySeen } from './queries/recently-seen.ts';
import { type TimelinePlace, timelineOfPerson } from './queries/timeline-of-person.ts';

export interface PeopleParts {
  kernel: Kernel;
  identity: IdentityApi;
  segments: Pick<SegmentsApi, 'segmentsOf'>;
  audiences: Pick<AudiencesApi, 'traitNames'>;
}

interface Page {
  cursor?: string | undefined;
  limit: number;
}

/** Where a list goes on: after somebody who was seen, or among those who never were. */
type Place = { kind: 'seen' | 'unseen'; at: number; person: number };

/** People as lists, pages and timelines show them. */
export class People {
  readonly #parts: PeopleParts;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** The last seen first, then those who never did anything, the newest first. Throws `people.bad_cursor`. */
  async list(projectId: number, { cursor, limit }: Page): Promise<{ items: PersonRow[]; nextCursor?: string }> {
    const { kernel, identity } = this.#parts;
    const place = cursor === undefined ? undefined : parsePlace(cursor);
    const canonical = await identity.canonical(projectId);
    const found: Place[] = [];
    const wanted = limit + 1;
    if (place?.kind !== 'unseen') {
      const after = place && { seen: place.at, person: place.person };
      const rows = await recentlySeen(kernel.clickhouse, { projectId, canonical, now: kernel.clock.now(), limit: wanted, ...(after && { after }) });
      found.push(...rows.map((row): Place => ({ kind: 'seen', at: row.seen, person: row.person })));
    }
    if (found.length < wanted) {
      const after = place?.kind === 'unseen' ? { after: { created: place.at, person: place.person } } : {};
      const rows = await neverSeen(kernel.clickhouse, { projectId, canonical, limit: wanted - found.length, ...after });
      found.push(...rows.map((row): Place => ({ kind: 'unseen', at: row.created, person: row.person })));
    }
    const shown = found.slice(0, limit);
    const seen = new Map(shown.filter((each) => each.kind === 'seen').map((each) => [each.person, each.at]));
    const items = await this.#rows(
      projectId,
      shown.map((each) => each.person),
      seen,
    );
    const last = shown.at(-1);
    return found.length > limit && last ? { items, nextCursor: `${last.kind}.${last.at}.${last.person}` } : { items };
  }

  /** People with exactly this external id first, then those with the text in a trait; `limit` at most, not paged. */
  async search(projectId: number, text: string, limit: number): Promise<{ items: PersonRow[] }> {
    const { kernel, identity } = this.#parts;
    const [holders, withText] = await Promise.all([
      this.#holders(projectId, text),
      this.#parts.audiences.traitNames(projectId).then((traits) => peopleWithText(kernel.clickhouse, { projectId, text, limit, traits })),
    ]);
    const exact = holders.map((holder) => holder.personId);
    const personIds = [...new Set([...exact, ...withText])].slice(0, limit);
    const seen = await lastSeenOf(kernel.clickhouse, await identity.canonical(projectId), { projectId, personIds });
    const rows = await this.#rows(projectId, personIds, seen);
    const isExact = (row: PersonRow): number => (exact.includes(row.personId) ? 0 : 1);
    return { items: rows.sort((left, right) => isExact(left) - isExact(right) || (right.lastSeenAt ?? 0) - (left.lastSeenAt ?? 0)) };
  }

  async count(projectId: number): Promise<number> {
    const [row] = await this.#parts.kernel.clickhouse.query<{ people: number }>(
      'SELECT toUInt32(count()) AS people FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0',
      { projectId },
    );
    return row?.people ?? 0;
  }

  /** Throws `people.unknown_person`. */
  async find(projectId: number, id: string, kind: string | undefined): Promise<number> {
    const found =
      kind === undefined
        ? (await this.#holders(projectId, id))[0]?.personId
        : await this.#parts.identity.personOf(projectId, kind, comparableId(kind, id));
    if (found === undefined) throw refusePerson('unknown_person');
    return found;
  }

  /** Who has this id; when nobody has it as it is written, as an email or a phone is compared. */
  async #holders(projectId: number, text: string): Promise<{ personId: number }[]> {
    const { identity } = this.#parts;
    for (const form of new Set([text, comparableId('email', text), comparableId('phone', text)])) {
      const found = await identity.holders(projectId, form);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** The person, or the winner when they were merged away. Throws `people.unknown_person`. */
  async get(projectId: number, personId: number): Promise<Person> {
    const { kernel, identity, segments } = this.#parts;
    const record = await identity.person(projectId, personId);
    if (!record) throw refusePerson('unknown_person');
    const [counts, memberOf] = await Promise.all([
      eventCountsOfPerson(kernel.clickhouse, projectId, (await identity.canonical(projectId)).numbersOf([record.personId])),
      segments.segmentsOf(projectId, record.personId),
    ]);
    const firstOwn = counts.map((row) => row.firstOwnAt).filter((at) => at > 0);
    const lastSeenAt = Math.max(0, ...counts.map((row) => row.lastOwnAt));
    return {
      personId: record.personId,
      label: briefOf(record.personId, record).label,
      externalIds: record.externalIds,
      traits: record.traits,
      createdAt: record.createdAt,
      ...(lastSeenAt > 0 && { lastSeenAt }),
      ...(firstOwn.length > 0 && { firstSeenAt: Math.min(...firstOwn) }),
      ...(record.personId !== personId && { mergedFrom: personId }),
      eventCount: counts.reduce((sum, row) => sum + row.count, 0),
      segments: memberOf.map(({ id, name }) => ({ segmentId: id, name })),
      events: counts.map(({ event, count, lastAt }) => ({ event, count, lastAt })),
    };
  }

  /** Everything that happened to a person, newest first. Throws `people.unknown_person`, `people.bad_cursor`. */
  async timeline(projectId: number, personId: number, asked: Page & { event?: string | undefined; text?: string | undefined }) {
    const { kernel, identity } = this.#parts;
    const record = await identity.person(projectId, personId);
    if (!record) throw refusePerson('unknown_person');
    const events = asked.event?.split(',').filter((name) => name !== '');
    const before = asked.cursor === undefined ? undefined : parseTimelinePlace(asked.cursor);
    const found = await timelineOfPerson(kernel.clickhouse, {
      projectId,
      numbers: (await identity.canonical(projectId)).numbersOf([record.personId]),
      limit: asked.limit + 1,
      ...(events && events.length > 0 && { events }),
      ...(asked.text && { text: asked.text }),
      ...(before && { before }),
    });
    const shown = found.slice(0, asked.limit);
    const items: TimelineEntry[] = shown.map(({ sequence: _, ...entry }) => entry);
    const last = shown.at(-1);
    return found.length > asked.limit && last ? { items, nextCursor: timelineCursor(last) } : { items };
  }

  async #rows(projectId: number, personIds: readonly number[], seen: ReadonlyMap<number, number>): Promise<PersonRow[]> {
    const records = await this.#parts.identity.people(projectId, personIds);
    return personIds.flatMap((personId) => {
      const record = records.get(personId);
      if (!record) return [];
      const lastSeenAt = seen.get(personId);
      const { externalIds, traits, createdAt } = record;
      return [{ personId, label: briefOf(personId, record).label, externalIds, traits, createdAt, ...(lastSeenAt !== undefined && { lastSeenAt }) }];
    });
  }
}

const PERSON_MAX = 4_294_967_295;

function parsePlace(cursor: string): Place {
  const [, kind, at, person] = /^(seen|unseen)\.(\d{1,15})\.(\d{1,10})$/.exec(cursor) ?? [];
  if (kind === undefined || Number(person) > PERSON_MAX) throw refusePerson('bad_cursor');
  return { kind: kind as Place['kind'], at: Number(at), person: Number(person) };
}

function timelineCursor({ time, sequence, messageId }: TimelinePlace): string {
  return Buffer.from(JSON.stringify([time, sequence, messageId])).toString('base64url');
}

function parseTimelinePlace(cursor: string): TimelinePlace {
  try {
    const [time, sequence, messageId] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (
      Number.isSafeInteger(time) &&
      Number.isSafeInteger(sequence) &&
      Number(sequence) >= 0 &&
      Number(sequence) <= PERSON_MAX &&
      typeof messageId === 'string'
    ) {
      return { time: Number(time), sequence: Number(sequence), messageId };
    }
  } catch {
    // Not one of ours: refused below.
  }
  throw refusePerson('bad_cursor');
}
