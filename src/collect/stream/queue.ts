import { AppError } from '../../kernel/errors/errors.ts';
import type { PreparedEvent } from './check-event.ts';
import { refuseStream } from './contract.ts';

/** What became of one written event. */
export type Written = { status: 'accepted'; personId: number } | { status: 'duplicate' } | { status: 'unreadable' };

/** Many events share these answers. */
export const DUPLICATE: Written = { status: 'duplicate' };
export const UNREADABLE: Written = { status: 'unreadable' };

/** One event on its way. Whoever writes it sets `outcome`. */
export interface Entry {
  event: PreparedEvent;
  outcome: Written | Error | undefined;
  /** Who waits for it, and at which place of their list. */
  submission: Submission;
  place: number;
  /** The same message, sent again while this one is on its way: shares its fate. */
  followers: { submission: Submission; place: number }[] | undefined;
}

export interface QueueLimits {
  /** Events of one group. */
  groupRowsMax: number;
  groupBytesMax: number;
  /** How long the first event waits for company at least, and at most when groups take long to write. */
  waitMs: number;
  waitMaxMs: number;
  /** Bytes of rows that may wait or be written; beyond it: `stream.overloaded`. */
  heldBytesMax: number;
  groupsInFlightMax: number;
  /** Events that must wait before a second group goes beside the first. */
  secondGroupRowsMin: number;
  /** Whoever waits longer is told to come again, though what they sent goes on; and while a group takes longer, nothing more is taken. */
  answerWithinMs: number;
}

// An insert costs some 30 ms of work however small it is, and 15 µs a row: large groups carry twice as many events as small ones.
const defaultLimits: QueueLimits = {
  groupRowsMax: 10_000,
  groupBytesMax: 12_000_000,
  waitMs: 8,
  waitMaxMs: 40,
  heldBytesMax: 96_000_000,
  groupsInFlightMax: 2,
  secondGroupRowsMin: 2_000,
  answerWithinMs: 15_000,
};
const RETRY_AFTER_SECONDS = 2;
/** What an event costs beside its row. */
const ENTRY_OVERHEAD_BYTES = 600;
/** The share of a group's usual writing time that the next one waits for company. */
const WAIT_SHARE = 0.2;
const NEWEST = 0.3;
const ANSWER_CHECK_MS = 500;

/** A list of events that were handed in together; settled when the last of them is. */
export class Submission {
  readonly promise: Promise<Written[]>;
  readonly submittedAt = performance.now();
  readonly #outcomes: Written[];
  #missing: number;
  #failure: Error | undefined;
  #resolve: (outcomes: Written[]) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(count: number) {
    this.#outcomes = new Array(count);
    this.#missing = count;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isSettled(): boolean {
    return this.#missing <= 0;
  }

  /** Answers now, whatever becomes of the events. */
  giveUp(error: Error): void {
    this.#reject(error);
  }

  settle(place: number, outcome: Written | Error): void {
    if (outcome instanceof Error) this.#failure ??= outcome;
    else this.#outcomes[place] = outcome;
    this.#missing -= 1;
    if (this.#missing > 0) return;
    if (this.#failure) this.#reject(this.#failure);
    else this.#resolve(this.#outcomes);
  }
}

/** Collects events into groups and keeps at most two groups being written. Holds a bounded number of bytes. */
export class GroupQueue {
  readonly #limits: QueueLimits;
  readonly #write: (entries: readonly Entry[]) => Promise<void>;
  /** Entries on their way by project and message. */
  readonly #onTheWay = new Map<number, Map<string, Entry>>();
  /** Whoever waits for an answer, the oldest first. */
  readonly #asking = new Set<Submission>();
  /** Since when each group is being written. */
  readonly #startedAt = new Set<number>();
  #answering: NodeJS.Timeout | undefined;
  #waiting: Entry[] = [];
  #heldBytes = 0;
  #inFlight = 0;
  readonly #running = new Set<Promise<void>>();
  #writingMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #onIdle: (() => void)[] = [];

  /** `write` sets the outcome of each entry; what it leaves open, or all when it throws, may not be taken as written. */
  constructor(write: (entries: readonly Entry[]) => Promise<void>, limits: Partial<QueueLimits> = {}) {
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
    // The stores do not answer: whoever sends now would wait in vain.
    for (const startedAt of this.#startedAt) if (performance.now() - startedAt > this.#limits.answerWithinMs) throw unavailable(undefined);
  }

  /** Resolves when each event is durable (or was before); rejects when one may not be. */
  async submit(events: readonly PreparedEvent[]): Promise<Written[]> {
    if (events.length === 0) return [];
    let bytes = 0;
    for (const event of events) bytes += sizeOf(event);
    this.checkRoom(bytes);
    const submission = new Submission(events.length);
    for (let place = 0; place < events.length; place += 1) this.#enqueue(events[place] as PreparedEvent, submission, place);
    this.#asking.add(submission);
    this.#answering ??= setInterval(() => this.#answerLate(), ANSWER_CHECK_MS).unref();
    this.#schedule();
    return submission.promise;
  }

  /** Tells those who have waited too long to come again. What they sent goes on, and is known when they do. */
  #answerLate(): void {
    const before = performance.now() - this.#limits.answerWithinMs;
    for (const submission of this.#asking) {
      if (submission.isSettled) this.#asking.delete(submission);
      else if (submission.submittedAt > before) return;
      else {
        this.#asking.delete(submission);
        submission.giveUp(unavailable(undefined));
      }
    }
    if (this.#asking.size > 0) return;
    clearInterval(this.#answering);
    this.#answering = undefined;
  }

  /** Resolves when everything that waits or is being written now has its outcome; what comes meanwhile is not waited for. */
  async settled(): Promise<void> {
    const waiting = new Set(this.#waiting.map((entry) => entry.submission.promise));
    await Promise.allSettled([...this.#running, ...waiting]);
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

  #enqueue(event: PreparedEvent, submission: Submission, place: number): void {
    let messages = this.#onTheWay.get(event.projectId);
    if (!messages) {
      messages = new Map();
      this.#onTheWay.set(event.projectId, messages);
    }
    const leader = messages.get(event.messageId);
    if (leader) {
      leader.followers ??= [];
      leader.followers.push({ submission, place });
      return;
    }
    const entry: Entry = { event, outcome: undefined, submission, place, followers: undefined };
    messages.set(event.messageId, entry);
    this.#heldBytes += sizeOf(event);
    this.#waiting.push(entry);
  }

  #schedule(): void {
    if (this.#waiting.length >= this.#limits.groupRowsMax) this.#pump();
    else this.#timer ??= setTimeout(() => this.#pump(), this.#waitMs());
  }

  /** The longer groups take to write, the more company is worth waiting for. */
  #waitMs(): number {
    const { waitMs, waitMaxMs } = this.#limits;
    return Math.max(waitMs, Math.min(waitMaxMs, this.#writingMs * WAIT_SHARE));
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.length > 0 && this.#inFlight < this.#limits.groupsInFlightMax) {
      // A second group beside the first is worth its fixed cost only when it is large.
      if (this.#inFlight > 0 && this.#waiting.length < this.#limits.secondGroupRowsMin) return;
      const running = this.#run(this.#cut());
      this.#running.add(running);
      void running.finally(() => this.#running.delete(running));
    }
  }

  #cut(): Entry[] {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#waiting) {
      bytes += entry.event.row.end - entry.event.row.start;
      count += 1;
      if (count >= this.#limits.groupRowsMax || bytes >= this.#limits.groupBytesMax) break;
    }
    if (count < this.#waiting.length) return this.#waiting.splice(0, count);
    const group = this.#waiting;
    this.#waiting = [];
    return group;
  }

  async #run(group: readonly Entry[]): Promise<void> {
    this.#inFlight += 1;
    const startedAt = performance.now();
    this.#startedAt.add(startedAt);
    let failure: Error | undefined;
    try {
      await this.#write(group);
    } catch (error) {
      failure = error instanceof AppError ? error : unavailable(error);
    }
    this.#startedAt.delete(startedAt);
    this.#writingMs += NEWEST * (performance.now() - startedAt - this.#writingMs);
    this.#inFlight -= 1;
    for (const entry of group) this.#settle(entry, failure ?? entry.outcome ?? unavailable(undefined));
    this.#pump();
    if (this.#inFlight === 0 && this.#waiting.length === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #settle(entry: Entry, outcome: Written | Error): void {
    const { event, followers } = entry;
    this.#onTheWay.get(event.projectId)?.delete(event.messageId);
    this.#heldBytes -= sizeOf(event);
    entry.submission.settle(entry.place, outcome);
    if (!followers) return;
    const follow = !(outcome instanceof Error) && outcome.status === 'accepted' ? DUPLICATE : outcome;
    for (const { submission, place } of followers) submission.settle(place, follow);
  }
}

function sizeOf(event: PreparedEvent): number {
  return event.row.end - event.row.start + ENTRY_OVERHEAD_BYTES;
}

/** The stores did not take the events; nothing of them may be taken as written. */
export function unavailable(cause: unknown): AppError {
  return refuseStream('store_unavailable', { retryAfterSeconds: RETRY_AFTER_SECONDS, details: { seconds: RETRY_AFTER_SECONDS }, cause });
}
