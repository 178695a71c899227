import type { Bus } from '../../kernel/bus/bus.ts';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import type { BinaryRow } from '../../kernel/clickhouse/row-writer.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { IdentityApi, IdentityClaim, Resolution } from '../identity/index.ts';
import type { Announcer, ToldEvent } from './announcements.ts';
import type { PreparedEvent } from './check-event.ts';
import { propertiesText, setPerson } from './event-row.ts';
import { type GroupClaims, hashOfMessage } from './group-claims.ts';
import { insertEvents } from './insert-events.ts';
import type { KnownMessages } from './known-messages.ts';
import { mergedEvents } from './merged-events.ts';
import { DUPLICATE, type Entry, UNREADABLE, unavailable } from './queue.ts';
import { REPAIR_MARGIN_MS, repairRollups } from './repair.ts';

export interface GroupWriterParts {
  clickhouse: ClickHouse;
  identity: Pick<IdentityApi, 'resolve' | 'copy' | 'winners'>;
  announcer: Announcer;
  claims: GroupClaims;
  known: KnownMessages;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** Told how long each stage of a group took. */
  onStage(stage: 'claim' | 'dedup' | 'identity' | 'store' | 'announce', seconds: number): void;
  /** For the day of facts that the stream writes itself. */
  timeZoneOf(projectId: number): Promise<string>;
}

/** Tries to write one group's rows before its senders are told to come again. */
const INSERT_ATTEMPTS = 3;
const INSERT_PAUSE_MS = 300;
/** How long a group waits for another process that writes the same message. */
const CLAIM_WAIT_MS = 1_500;
const CLAIM_PAUSE_MS = 25;
/** A message that comes again is announced again (which is done once) when it arrived this lately. */
const REANNOUNCE_MS = 3_600_000;

/** Writes groups of events: see "The way of an event" in ARCHITECTURE.md for what happens when it dies between any two steps. */
export class GroupWriter {
  readonly #parts: GroupWriterParts;
  /** Since when (ms) the rollups may lack rows, because an insert ended unclearly. */
  #doubtfulSince: number | undefined;
  /** Claims of groups that ended unclearly; given back when the doubts are cleared. */
  #doubtfulClaims: string[] = [];
  /** Groups resolve their people in the order in which they were cut. */
  #identityTurn: Promise<unknown> = Promise.resolve();

  constructor(parts: GroupWriterParts) {
    this.#parts = parts;
  }

  /** Sets the outcome of each entry. Throws when the stores failed and nothing may be taken as written. */
  async write(entries: readonly Entry[]): Promise<void> {
    const { clock, claims } = this.#parts;
    const startedAt = clock.now();
    const turn = this.#takeTurn();
    const claimId = claims.areNeeded ? claims.newId() : undefined;
    try {
      await this.#clearDoubts();
      const mine = claimId === undefined ? entries : await this.#timed('claim', () => this.#claim(claimId, entries));
      const fresh = await this.#timed('dedup', () => this.#dropKnown(mine));
      await turn.before;
      const resolved = await this.#timed('identity', () => this.#resolve(fresh));
      turn.done();
      if (claimId !== undefined && fresh.length > 0 && !(await claims.confirm(claimId))) throw unavailable(undefined);
      await this.#store(fresh, resolved, startedAt);
    } catch (error) {
      this.#parts.log.error(
        { error: error instanceof Error ? error.stack : String(error), events: entries.length },
        'a group of events could not be written',
      );
      throw error;
    } finally {
      turn.done();
      if (claimId !== undefined && this.#doubtfulSince === undefined) await claims.release(claimId);
      else if (claimId !== undefined) this.#doubtfulClaims.push(claimId);
    }
    for (const projectId of byProject(entries).keys()) this.#parts.bus.publish('stream', { projectId });
  }

  async #timed<T>(stage: Parameters<GroupWriterParts['onStage']>[0], work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.#parts.onStage(stage, (performance.now() - startedAt) / 1_000);
    }
  }

  /** Brings everything that hangs on the events into line with them, for what arrived since `sinceMs`. */
  async recover(sinceMs: number): Promise<void> {
    await repairRollups(this.#parts.clickhouse, sinceMs);
    await this.#parts.announcer.announceStored({ sinceMs });
  }

  #takeTurn(): { before: Promise<unknown>; done(): void } {
    const before = this.#identityTurn;
    let done = (): void => {};
    this.#identityTurn = new Promise<void>((resolve) => {
      done = resolve;
    });
    return { before, done: () => done() };
  }

  async #clearDoubts(): Promise<void> {
    const since = this.#doubtfulSince;
    if (since === undefined) return;
    await this.recover(since - REPAIR_MARGIN_MS);
    if (this.#doubtfulSince === since) this.#doubtfulSince = undefined;
    for (const id of this.#doubtfulClaims.splice(0)) await this.#parts.claims.release(id);
  }

  /** Claims the messages among all processes; those that another keeps too long are put off. */
  async #claim(id: string, entries: readonly Entry[]): Promise<readonly Entry[]> {
    const { claims, clock } = this.#parts;
    const hashes = new Map(entries.map((entry) => [entry, hashOfMessage(entry.event.projectId, entry.event.messageId)]));
    let mine = entries;
    const until = clock.now() + CLAIM_WAIT_MS;
    for (let attempt = 0; ; attempt += 1) {
      const answer = await claims.claim(
        id,
        mine.map((entry) => hashes.get(entry) ?? 0),
      );
      if (answer.abandonedSince !== undefined) {
        await this.recover(answer.abandonedSince - REPAIR_MARGIN_MS);
        await claims.forgetAbandoned();
        continue;
      }
      if (answer.taken.size === 0) return mine;
      if (clock.now() >= until || attempt * CLAIM_PAUSE_MS >= CLAIM_WAIT_MS) {
        const isTaken = (entry: Entry): boolean => answer.taken.has(hashes.get(entry) ?? 0);
        for (const entry of mine.filter(isTaken)) entry.outcome = unavailable(undefined);
        mine = mine.filter((entry) => !isTaken(entry));
      }
      await pause(CLAIM_PAUSE_MS);
    }
  }

  /** Leaves out what the stream has already. */
  async #dropKnown(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const { known, announcer, clock } = this.#parts;
    const doubtful = entries.filter((entry) => known.mayBeWritten(entry.event.messageId));
    if (doubtful.length === 0) return entries;
    let isAnyKnown = false;
    for (const [projectId, group] of byProject(doubtful)) {
      const ids = await known.among(
        projectId,
        group.map((entry) => entry.event.messageId),
      );
      if (ids.size === 0) continue;
      isAnyKnown = true;
      // The first delivery may have died between the stream and its announcements.
      await announcer.announceStored({ projectId, sinceMs: clock.now() - REANNOUNCE_MS, messageIds: [...ids] });
      for (const entry of group) if (ids.has(entry.event.messageId)) entry.outcome = DUPLICATE;
    }
    return isAnyKnown ? entries.filter((entry) => entry.outcome === undefined) : entries;
  }

  /** The person of each entry, and what has to be copied for them. */
  async #resolve(entries: readonly Entry[]): Promise<ResolvedGroup> {
    const claims: IdentityClaim[] = [];
    for (const { event } of entries) if (event.claim) claims.push(event.claim);
    const resolution = claims.length === 0 ? undefined : await this.#parts.identity.resolve(claims);
    if (resolution && claims.length === entries.length) return { personIds: resolution.personIds, resolution };
    const winners = await this.#winnersOfFacts(entries);
    let next = 0;
    const personIds = entries.map(({ event }) => {
      if (event.claim) return resolution?.personIds[next++] ?? 0;
      const personId = event.personId ?? 0;
      return winners.get(personId) ?? personId;
    });
    return { personIds, resolution };
  }

  /** Whoever writes a fact may hold the number of somebody who was merged away long ago. */
  async #winnersOfFacts(entries: readonly Entry[]): Promise<Map<number, number>> {
    const winners = new Map<number, number>();
    const facts = entries.filter((entry) => entry.event.personId !== undefined);
    for (const [projectId, group] of byProject(facts)) {
      const people = [...new Set(group.map((entry) => entry.event.personId ?? 0))];
      for (const [loser, winner] of await this.#parts.identity.winners(projectId, people)) winners.set(loser, winner);
    }
    return winners;
  }

  async #store(entries: readonly Entry[], { personIds, resolution }: ResolvedGroup, startedAt: number): Promise<void> {
    if (entries.length === 0) return;
    const { identity, announcer, known, timeZoneOf } = this.#parts;
    const merged = await mergedEvents(resolution?.merges ?? [], { now: startedAt, timeZoneOf });
    const rows = entries.map(({ event }, index): BinaryRow => {
      setPerson(event.row, personIds[index] ?? 0);
      return event.row;
    });
    for (const { row, told } of merged) {
      rows.push(row);
      known.mayBeWritten(told.messageId);
    }
    const [, unreadable] = await this.#timed('store', () =>
      Promise.all([
        resolution && identity.copy(resolution.changed),
        this.#insert(rows, [...entries.map(({ event }) => event), ...merged.map(({ told }) => told)], startedAt),
      ]),
    );
    const bad = new Set(unreadable);
    await this.#timed('announce', async () => {
      const isWanted = await announcer.wanted();
      if (!isWanted) return;
      const told: ToldEvent[] = merged.map((event) => event.told);
      entries.forEach(({ event }, index) => {
        if (isWanted(event.projectId, event.event) && !bad.has(index)) told.push(toldOf(event, personIds[index] ?? 0));
      });
      await announcer.announce(told);
    });
    for (let index = 0; index < entries.length; index += 1) {
      const entry = entries[index];
      if (entry) entry.outcome = bad.has(index) ? UNREADABLE : { status: 'accepted', personId: personIds[index] ?? 0 };
    }
  }

  /** Inserts the rows once, also when an attempt ends unclearly; gives the places of those that cannot be kept. */
  async #insert(rows: readonly BinaryRow[], messages: readonly Message[], startedAt: number): Promise<number[]> {
    const { clickhouse, log } = this.#parts;
    let places: number[] | undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const unreadable = await insertEvents(clickhouse, places ? places.map((place) => rows[place] as BinaryRow) : rows);
        return places ? unreadable.map((index) => places?.[index] ?? 0) : unreadable;
      } catch (error) {
        this.#doubtfulSince = Math.min(this.#doubtfulSince ?? startedAt, startedAt);
        log.warn({ error: String(error), attempt, rows: rows.length }, 'events could not be written for certain');
        if (attempt === INSERT_ATTEMPTS) throw error;
      }
      await pause(INSERT_PAUSE_MS * attempt);
      await this.#clearDoubts();
      const written = await this.#written(messages);
      places = [...rows.keys()].filter((place) => !written.has(messages[place] as Message));
      if (places.length === 0) return [];
    }
  }

  /** Which of the messages are in the stream. */
  async #written(messages: readonly Message[]): Promise<Set<Message>> {
    const written = new Set<Message>();
    for (const [projectId, group] of Map.groupBy(messages, (message) => message.projectId)) {
      const ids = await this.#parts.known.among(
        projectId,
        group.map((message) => message.messageId),
      );
      for (const message of group) if (ids.has(message.messageId)) written.add(message);
    }
    return written;
  }
}

/** The people of a group's entries, in their order. */
interface ResolvedGroup {
  personIds: readonly number[];
  /** Absent when no entry named anybody by an external id. */
  resolution: Resolution | undefined;
}

type Message = Pick<PreparedEvent, 'projectId' | 'messageId'>;

function toldOf({ projectId, event, time, messageId, row }: PreparedEvent, personId: number): ToldEvent {
  return { projectId, personId, event, time, messageId, properties: propertiesText(row) };
}

/** The entries of each project. Most groups hold one project only, and are given back as they are. */
function byProject(entries: readonly Entry[]): Map<number, readonly Entry[]> {
  const first = entries[0]?.event.projectId;
  if (first === undefined) return new Map();
  if (entries.every((entry) => entry.event.projectId === first)) return new Map([[first, entries]]);
  return Map.groupBy(entries, (entry) => entry.event.projectId);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
