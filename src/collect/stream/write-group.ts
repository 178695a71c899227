import type { Bus } from '../../kernel/bus/bus.ts';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { IdentityApi, IdentityClaim, Resolution } from '../identity/index.ts';
import type { Announcer, ToldEvent } from './announcements.ts';
import { type GroupClaims, hashOfKey } from './group-claims.ts';
import { insertEvents } from './insert-events.ts';
import type { KnownMessages } from './known-messages.ts';
import { mergedEvents } from './merged-events.ts';
import { type Entry, unavailable, type Written } from './queue.ts';
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

  /** Gives what became of each entry. Throws when the stores failed and nothing may be taken as written. */
  async write(entries: readonly Entry[]): Promise<(Written | Error)[]> {
    const { clock, claims } = this.#parts;
    const startedAt = clock.now();
    const outcomes = new Map<Entry, Written | Error>();
    const turn = this.#takeTurn();
    const claimId = claims.areNeeded ? claims.newId() : undefined;
    try {
      await this.#clearDoubts();
      const mine = claimId === undefined ? entries : await this.#timed('claim', () => this.#claim(claimId, entries, outcomes));
      const fresh = await this.#timed('dedup', () => this.#dropKnown(mine, outcomes));
      await turn.before;
      const resolved = await this.#timed('identity', () => this.#resolve(fresh));
      turn.done();
      await this.#store(fresh, resolved, { outcomes, startedAt });
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
    for (const projectId of new Set(entries.map((entry) => entry.event.projectId))) this.#parts.bus.publish('stream', { projectId });
    return entries.map((entry) => outcomes.get(entry) ?? unavailable(undefined));
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
  async #claim(id: string, entries: readonly Entry[], outcomes: Map<Entry, Written | Error>): Promise<Entry[]> {
    const { claims, clock } = this.#parts;
    const hashes = new Map(entries.map((entry) => [entry, hashOfKey(entry.key)]));
    let mine = [...entries];
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
        for (const entry of mine.filter(isTaken)) outcomes.set(entry, unavailable(undefined));
        mine = mine.filter((entry) => !isTaken(entry));
      }
      await pause(CLAIM_PAUSE_MS);
    }
  }

  /** Leaves out what the stream has already. */
  async #dropKnown(entries: readonly Entry[], outcomes: Map<Entry, Written | Error>): Promise<Entry[]> {
    const known = new Set<string>();
    for (const [projectId, group] of Map.groupBy(entries, (entry) => entry.event.projectId)) {
      const ids = await this.#parts.known.among(
        projectId,
        group.map((entry) => entry.event.messageId),
      );
      if (ids.size === 0) continue;
      // The first delivery may have died between the stream and its announcements.
      await this.#parts.announcer.announceStored({ projectId, sinceMs: this.#parts.clock.now() - REANNOUNCE_MS, messageIds: [...ids] });
      for (const entry of group) if (ids.has(entry.event.messageId)) known.add(entry.key);
    }
    if (known.size === 0) return [...entries];
    for (const entry of entries) if (known.has(entry.key)) outcomes.set(entry, { status: 'duplicate' });
    return entries.filter((entry) => !known.has(entry.key));
  }

  /** The person of each entry, and what has to be copied for them. */
  async #resolve(entries: readonly Entry[]): Promise<Resolution> {
    const claims: IdentityClaim[] = [];
    for (const { event } of entries) if (event.claim) claims.push(event.claim);
    const resolution: Resolution =
      claims.length === 0 ? { personIds: [], changed: { rows: [], receipt: undefined }, merges: [] } : await this.#parts.identity.resolve(claims);
    const winners = await this.#winnersOfFacts(entries);
    let next = 0;
    const personIds = entries.map(({ event }) => {
      if (event.claim) return resolution.personIds[next++] ?? 0;
      const personId = event.personId ?? 0;
      return winners.get(personId) ?? personId;
    });
    return { ...resolution, personIds };
  }

  /** Whoever writes a fact may hold the number of somebody who was merged away long ago. */
  async #winnersOfFacts(entries: readonly Entry[]): Promise<Map<number, number>> {
    const winners = new Map<number, number>();
    const facts = entries.filter((entry) => entry.event.personId !== undefined);
    for (const [projectId, group] of Map.groupBy(facts, (entry) => entry.event.projectId)) {
      const people = [...new Set(group.map((entry) => entry.event.personId ?? 0))];
      for (const [loser, winner] of await this.#parts.identity.winners(projectId, people)) winners.set(loser, winner);
    }
    return winners;
  }

  async #store(entries: readonly Entry[], resolved: Resolution, group: { outcomes: Map<Entry, Written | Error>; startedAt: number }): Promise<void> {
    if (entries.length === 0 && resolved.merges.length === 0) return;
    this.#parts.known.willWrite(entries.map((entry) => entry.event.messageId));
    const merged = await mergedEvents(resolved.merges, { now: group.startedAt, timeZoneOf: this.#parts.timeZoneOf });
    const told = new Map<Entry, ToldEvent>();
    const lines = entries.map((entry, index) => {
      const { projectId, event, time, messageId, properties, row } = entry.event;
      const personId = resolved.personIds[index] ?? 0;
      told.set(entry, { projectId, personId, event, time, messageId, properties });
      return `{"person_id":${personId}${row}`;
    });
    const [, unreadable] = await this.#timed('store', () =>
      Promise.all([
        this.#parts.identity.copy(resolved.changed),
        this.#insert(entries, [...lines, ...merged.map((event) => event.line)], group.startedAt),
      ]),
    );
    const bad = new Set(unreadable);
    entries.forEach((entry, index) => {
      if (bad.has(index)) told.delete(entry);
    });
    await this.#timed('announce', () => this.#parts.announcer.announce([...told.values(), ...merged.map((event) => event.told)]));
    for (const entry of entries) {
      const event = told.get(entry);
      group.outcomes.set(entry, event ? { status: 'accepted', personId: event.personId } : { status: 'unreadable' });
    }
  }

  /** Inserts the lines once, also when an attempt ends unclearly; gives the places of those that cannot be kept. */
  async #insert(entries: readonly Entry[], lines: readonly string[], startedAt: number): Promise<number[]> {
    const { clickhouse, log } = this.#parts;
    let places = lines.map((_, index) => index);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const unreadable = await insertEvents(
          clickhouse,
          places.map((place) => lines[place] ?? ''),
        );
        return unreadable.map((index) => places[index] ?? 0);
      } catch (error) {
        this.#doubtfulSince = Math.min(this.#doubtfulSince ?? startedAt, startedAt);
        log.warn({ error: String(error), attempt, rows: places.length }, 'events could not be written for certain');
        if (attempt === INSERT_ATTEMPTS) throw error;
      }
      await pause(INSERT_PAUSE_MS * attempt);
      await this.#clearDoubts();
      const written = new Set<string>();
      for (const [projectId, group] of Map.groupBy(entries, (entry) => entry.event.projectId))
        for (const id of await this.#parts.known.among(
          projectId,
          group.map((entry) => entry.event.messageId),
        ))
          written.add(`${projectId}:${id}`);
      places = places.filter((place) => !written.has(entries[place]?.key ?? ''));
      if (places.length === 0) return [];
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
