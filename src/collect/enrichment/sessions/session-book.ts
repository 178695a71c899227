import { hash } from 'node:crypto';

/** When a session ends and the next one begins. */
export interface SessionRule {
  /** A pause longer than this ends it (ms). */
  idleMs: number;
  /** No session lasts longer (ms). */
  lengthMaxMs: number;
  /** A new day of the project begins a new session. */
  isCutAtMidnight: boolean;
  /** Another campaign than before begins a new session. */
  isCutOnCampaign: boolean;
}

/** One event, as sessions see it. */
export interface Visit {
  /** Project and device or user: what is known at the door (`keyOf`). */
  key: string;
  timeMs: number;
  /** Name of the project's day, when days cut. */
  day: string;
  /** The campaign that the event names; empty for none. */
  campaign: string;
}

/** One session of a key. `firstMs` and `lastMs` grow as events come in, in whatever order. */
export interface KnownSession {
  id: string;
  firstMs: number;
  lastMs: number;
  campaign: string;
  day: string;
  /** How far others have been told that it reaches. */
  toldMs: number;
  /** The session of the same key that is next older in the order of arrival. */
  older: KnownSession | undefined;
}

/** Sessions of one key that are remembered: late events find their place in them. */
const SESSIONS_PER_KEY_MAX = 4;
/** Others are told of a session's end when it moved by this part of the pause. */
const TOLD_PART = 1 / 3;

/**
 * Gives events their session, one at a time, in memory that is bounded by the number of keys.
 *
 * An event belongs to the session that was going on at its time, or to the next one if that begins within the pause. Otherwise it begins one, whose id is a hash of the
 * project, the key and its first event's time: whoever sees that event first, after a restart or in another process, makes the same id. An id
 * is never changed afterwards: a late event that closes a gap between two sessions leaves them two.
 */
export class SessionBook {
  readonly #generationSize: number;
  #young = new Map<string, KnownSession>();
  #old = new Map<string, KnownSession>();

  constructor(keysMax: number) {
    this.#generationSize = Math.max(1, Math.floor(keysMax / 2));
  }

  /** The id of the visit's session. `tell` is called when it is new, or reaches far beyond what others know. */
  assign(visit: Visit, rule: SessionRule, tell?: (key: string, session: KnownSession) => void): string {
    const head = this.#headOf(visit.key);
    const known = head && findSession(head, visit, rule);
    if (known) {
      if (visit.timeMs > known.lastMs) known.lastMs = visit.timeMs;
      if (visit.timeMs < known.firstMs) known.firstMs = visit.timeMs;
      if (known.campaign === '') known.campaign = visit.campaign;
      if (known.lastMs - known.toldMs > rule.idleMs * TOLD_PART) {
        known.toldMs = known.lastMs;
        tell?.(visit.key, known);
      }
      return known.id;
    }
    const session: KnownSession = {
      id: sessionIdOf(visit.key, visit.timeMs, begunAt(head, visit.timeMs)),
      firstMs: visit.timeMs,
      lastMs: visit.timeMs,
      campaign: visit.campaign,
      day: visit.day,
      toldMs: visit.timeMs,
      older: head,
    };
    this.#put(visit.key, session);
    tell?.(visit.key, session);
    return session.id;
  }

  /** Takes over what another process, or the stream after a restart, knows of a key. The session that began earlier gives the id. */
  learn(key: string, told: Omit<KnownSession, 'older' | 'toldMs'>, rule: SessionRule): void {
    const head = this.#headOf(key);
    for (let each = head; each; each = each.older) {
      const isSame = each.id === told.id;
      if (!isSame && (told.firstMs > each.lastMs + rule.idleMs || told.lastMs < each.firstMs - rule.idleMs || each.day !== told.day)) continue;
      if (!isSame && told.firstMs < each.firstMs) each.id = told.id;
      each.firstMs = Math.min(each.firstMs, told.firstMs);
      each.lastMs = Math.max(each.lastMs, told.lastMs);
      each.toldMs = Math.max(each.toldMs, told.lastMs);
      return;
    }
    this.#put(key, { ...told, toldMs: told.lastMs, older: head });
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  #headOf(key: string): KnownSession | undefined {
    const young = this.#young.get(key);
    if (young) return young;
    const old = this.#old.get(key);
    if (old) this.#put(key, old);
    return old;
  }

  #put(key: string, session: KnownSession): void {
    cutOff(session);
    if (this.#young.size >= this.#generationSize && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, session);
  }
}

/**
 * The session that was going on at the visit's time: of those that began before it the last one. When it is over, the next one, which the visit may begin
 * earlier.
 */
function findSession(head: KnownSession, visit: Visit, rule: SessionRule): KnownSession | undefined {
  let current: KnownSession | undefined;
  let next: KnownSession | undefined;
  for (let each: KnownSession | undefined = head; each; each = each.older) {
    if (each.firstMs <= visit.timeMs) {
      if (!current || each.firstMs > current.firstMs) current = each;
    } else if (!next || each.firstMs < next.firstMs) next = each;
  }
  if (current && belongs(current, visit, rule)) return current;
  return next && belongs(next, visit, rule) ? next : undefined;
}

function belongs(session: KnownSession, { timeMs, day, campaign }: Visit, rule: SessionRule): boolean {
  if (timeMs > session.lastMs + rule.idleMs || timeMs < session.firstMs - rule.idleMs) return false;
  if (timeMs - session.firstMs >= rule.lengthMaxMs || session.lastMs - timeMs >= rule.lengthMaxMs) return false;
  if (rule.isCutAtMidnight && day !== session.day) return false;
  return !(rule.isCutOnCampaign && campaign !== '' && session.campaign !== '' && campaign !== session.campaign);
}

function cutOff(head: KnownSession): void {
  let last = head;
  for (let count = 1; count < SESSIONS_PER_KEY_MAX && last.older; count++) last = last.older;
  last.older = undefined;
}

export const SERVER_SESSION_PREFIX = 's.';

/** Begins with `s.` so that sessions of the server are known from those of clients. */
export function sessionIdOf(key: string, firstMs: number, number: number): string {
  return `${SERVER_SESSION_PREFIX}${hash('sha1', `${key}\n${firstMs}\n${number}`, 'base64url').slice(0, 22)}`;
}

/** How many sessions of the key began at that very time: another campaign in the same millisecond is another session. */
function begunAt(head: KnownSession | undefined, timeMs: number): number {
  let count = 0;
  for (let each = head; each; each = each.older) if (each.firstMs === timeMs) count += 1;
  return count;
}

/** The key of a device (or of a user, where no device is known). */
export function keyOf(projectId: number, anonymousId: string | undefined, userId: string | undefined): string | undefined {
  if (anonymousId !== undefined) return `${projectId}a${anonymousId}`;
  return userId === undefined ? undefined : `${projectId}u${userId}`;
}
