import { AppError } from '../../kernel/errors/errors.ts';
import type { PreparedEvent } from './check-event.ts';
import { refuseStream } from './contract.ts';

/** What became of one written event. */
export type Written = { status: 'accepted'; personId: number } | { status: 'duplicate' } | { status: 'unreadable' };

/** One event on its way, with those who wait for it. */
export interface Entry {
  event: PreparedEvent;
  key: string;
  settle(outcome: Written | Error): void;
  /** The same message, sent again while this one is on its way. */
  followers: ((outcome: Written | Error) => void)[];
}

export interface QueueLimits {
  /** Events of one group. */
  groupRowsMax: number;
  groupBytesMax: number;
  /** How long the first event waits for company. */
  waitMs: number;
  /** Bytes of rows that may wait or be written; beyond it: `stream.overloaded`. */
  heldBytesMax: number;
  groupsInFlightMax: number;
  /** Events that must wait before a second group goes beside the first. */
  secondGroupRowsMin: number;
}

const defaultLimits: QueueLimits = {
  groupRowsMax: 5_000,
  groupBytesMax: 6_000_000,
  waitMs: 8,
  heldBytesMax: 96_000_000,
  groupsInFlightMax: 2,
  secondGroupRowsMin: 1_000,
};
const RETRY_AFTER_SECONDS = 2;
/** What an event costs beside its row. */
const ENTRY_OVERHEAD_BYTES = 600;

/** Collects events into groups and keeps at most two groups being written. Holds a bounded number of bytes. */
export class GroupQueue {
  readonly #limits: QueueLimits;
  readonly #write: (entries: readonly Entry[]) => Promise<(Written | Error)[]>;
  readonly #byKey = new Map<string, Entry>();
  #waiting: Entry[] = [];
  #heldBytes = 0;
  #inFlight = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #onIdle: (() => void)[] = [];

  constructor(write: (entries: readonly Entry[]) => Promise<(Written | Error)[]>, limits: Partial<QueueLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#write = write;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Throws `stream.overloaded` when `bytes` more cannot be held. */
  checkRoom(bytes: number): void {
    if (this.#isClosed || (this.#heldBytes > 0 && this.#heldBytes + bytes > this.#limits.heldBytesMax))
      throw refuseStream('overloaded', { retryAfterSeconds: RETRY_AFTER_SECONDS, details: { seconds: RETRY_AFTER_SECONDS } });
  }

  /** Resolves when each event is durable (or was before); rejects when one may not be. */
  submit(events: readonly PreparedEvent[]): Promise<Written[]> {
    if (events.length === 0) return Promise.resolve([]);
    this.checkRoom(events.reduce((sum, event) => sum + event.row.length + ENTRY_OVERHEAD_BYTES, 0));
    return new Promise((resolve, reject) => {
      const outcomes: Written[] = new Array(events.length);
      let missing = events.length;
      let failure: Error | undefined;
      const settle = (index: number, outcome: Written | Error): void => {
        if (outcome instanceof Error) failure ??= outcome;
        else outcomes[index] = outcome;
        missing -= 1;
        if (missing > 0) return;
        if (failure) reject(failure);
        else resolve(outcomes);
      };
      events.forEach((event, index) => {
        this.#enqueue(event, (outcome) => settle(index, outcome));
      });
      this.#schedule();
    });
  }

  /** Takes nothing more and resolves when everything is written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#inFlight === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle.push(resolve);
      this.#pump();
    });
  }

  #enqueue(event: PreparedEvent, settle: (outcome: Written | Error) => void): void {
    const key = `${event.projectId}:${event.messageId}`;
    const leader = this.#byKey.get(key);
    if (leader) {
      leader.followers.push(settle);
      return;
    }
    const entry: Entry = { event, key, settle, followers: [] };
    this.#byKey.set(key, entry);
    this.#heldBytes += event.row.length + ENTRY_OVERHEAD_BYTES;
    this.#waiting.push(entry);
  }

  #schedule(): void {
    if (this.#waiting.length >= this.#limits.groupRowsMax) this.#pump();
    else this.#timer ??= setTimeout(() => this.#pump(), this.#limits.waitMs);
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0 && this.#inFlight < this.#limits.groupsInFlightMax) {
      // A second group beside the first is worth its fixed cost only when it is large.
      if (this.#inFlight > 0 && this.#waiting.length < this.#limits.secondGroupRowsMin) return;
      void this.#run(this.#cut());
    }
  }

  #cut(): Entry[] {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#waiting) {
      bytes += entry.event.row.length;
      count += 1;
      if (count >= this.#limits.groupRowsMax || bytes >= this.#limits.groupBytesMax) break;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return group;
  }

  async #run(group: readonly Entry[]): Promise<void> {
    this.#inFlight += 1;
    let outcomes: (Written | Error)[];
    try {
      outcomes = await this.#write(group);
    } catch (error) {
      const failure = error instanceof AppError ? error : unavailable(error);
      outcomes = group.map(() => failure);
    }
    this.#inFlight -= 1;
    group.forEach((entry, index) => {
      this.#byKey.delete(entry.key);
      this.#heldBytes -= entry.event.row.length + ENTRY_OVERHEAD_BYTES;
      const outcome = outcomes[index] ?? unavailable(undefined);
      entry.settle(outcome);
      const follow: Written | Error = !(outcome instanceof Error) && outcome.status === 'accepted' ? { status: 'duplicate' } : outcome;
      for (const settle of entry.followers) settle(follow);
    });
    this.#pump();
    if (this.#inFlight === 0 && this.#waiting.length === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

/** The stores did not take the events; nothing of them may be taken as written. */
export function unavailable(cause: unknown): AppError {
  return refuseStream('store_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, details: { seconds: RETRY_AFTER_SECONDS }, cause });
}
