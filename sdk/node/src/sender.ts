import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Environment, Reply } from './environment.ts';
import { jsonText } from './json.ts';
import { countThatFits, limits } from './limits.ts';
import type { BoundedQueue, Waiting } from './queue.ts';
import { outcomeOf, retryDelayMs } from './retry.ts';
import type { Dropped, Options } from './types.ts';
import { VERSION } from './version.ts';

const pack = promisify(gzip);
/** Smaller bodies do not get smaller. */
const packFromBytes = 1_024;

/** What became of a message that will not arrive. */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered';
  readonly dropped: Dropped;

  constructor(dropped: Dropped) {
    super(
      `A message was not delivered: ${[dropped.reason, dropped.status, dropped.code, dropped.explanation].filter((part) => part !== undefined).join(', ')}`,
    );
    this.dropped = dropped;
  }
}

interface Refusal {
  index: number;
  code?: string;
  message?: string;
}

/** Sends what waits, one request at a time and in order, so that a person's events keep theirs; waits longer after each failure. */
export class Sender {
  readonly #queue: BoundedQueue;
  readonly #environment: Environment;
  readonly #options: Options;
  readonly #headers: Record<string, string>;
  readonly #url: string;
  #failures = 0;
  #countMax: number;
  #notBefore = 0;
  #timer: { at: number; cancel: () => void } | undefined;
  #sending: Promise<void> | undefined;

  constructor(queue: BoundedQueue, environment: Environment, options: Options) {
    this.#queue = queue;
    this.#environment = environment;
    this.#options = options;
    this.#countMax = this.#flushAt;
    this.#url = `${options.host.replace(/\/+$/, '')}/v1/batch`;
    this.#headers = {
      authorization: `Basic ${Buffer.from(`${options.writeKey}:`).toString('base64')}`,
      'content-type': 'application/json',
      'user-agent': `perennial-node/${VERSION}`,
    };
  }

  get #flushAt(): number {
    return Math.max(1, Math.min(limits.batchCountMax, this.#options.flushAt ?? 100));
  }

  /** Sends soon: at once when enough is together, else within the interval; never before a waiting time is over. */
  schedule(): void {
    const { length } = this.#queue.items;
    if (this.#sending || length === 0) return;
    const now = this.#environment.now();
    const at = Math.max(this.#notBefore, now + (length >= this.#flushAt ? 0 : (this.#options.flushIntervalMs ?? 500)));
    if (this.#timer && this.#timer.at <= at) return;
    this.#timer?.cancel();
    const cancel = this.#environment.later(() => {
      this.#timer = undefined;
      void this.send();
    }, at - now);
    this.#timer = { at, cancel };
  }

  /** Sends until nothing waits or a request fails. */
  send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      this.schedule();
    });
    return this.#sending;
  }

  /** Sends until nothing waits, through failures too. Resolves when all is told of its fate, or false when `until` (ms) came first. */
  async sendAllUntil(until: number): Promise<boolean> {
    while (this.#queue.count > 0) {
      await this.send();
      if (this.#queue.count === 0) break;
      const now = this.#environment.now();
      if (Math.max(this.#notBefore, now) >= until) return false;
      await new Promise<void>((resolve) => this.#environment.later(resolve, Math.max(0, this.#notBefore - now)));
    }
    return true;
  }

  /** Gives up what waits. */
  giveUp(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (this.#queue.items.length > 0) this.#settle(this.#queue.items.length, (item) => ({ reason: 'closed', message: item.text }));
  }

  async #sendAll(): Promise<void> {
    const { items } = this.#queue;
    while (items.length > 0) {
      const batch = items.slice(0, this.#countMax);
      const count = countThatFits(
        batch.map((item) => item.sizeBytes),
        this.#countMax,
      );
      const reply = await this.#post(batch.slice(0, count));
      const outcome = outcomeOf(reply.status, count);
      if (outcome === 'again') {
        this.#failures += 1;
        const now = this.#environment.now();
        this.#notBefore = now + retryDelayMs(this.#failures, this.#environment.random(), reply.retryAfter, now);
        return;
      }
      if (outcome === 'smaller') {
        this.#countMax = count >> 1;
        continue;
      }
      this.#failures = 0;
      this.#notBefore = 0;
      this.#countMax = this.#flushAt;
      const refusals = refusalsOf(reply);
      this.#settle(count, (item, index) => {
        const refusal = refusals.get(index);
        if (outcome === 'done' && !refusal) return undefined;
        return { reason: 'refused', message: item.text, status: reply.status, ...(refusal && { code: refusal.code, explanation: refusal.message }) };
      });
    }
  }

  /** Takes the first messages out of the queue and tells everybody who wants to know; `fate` is undefined for what was delivered. */
  #settle(count: number, fate: (item: Waiting, index: number) => Dropped | undefined): void {
    const settled = this.#queue.items.slice(0, count);
    this.#queue.removeFirst(count);
    for (const [index, item] of settled.entries()) {
      const dropped = fate(item, index);
      if (!dropped) item.settle?.delivered();
      else {
        item.settle?.lost(new NotDelivered(dropped));
        this.#options.onDrop?.(dropped);
      }
    }
  }

  async #post(batch: readonly Waiting[]): Promise<Reply> {
    const sentAt = new Date(this.#environment.now()).toISOString();
    const plain = Buffer.from(`{"batch":[${batch.map((item) => item.text).join(',')}],"sentAt":${jsonText(sentAt)}}`);
    const isPacked = this.#options.gzip !== false && plain.length >= packFromBytes;
    return this.#environment.post({
      url: this.#url,
      headers: isPacked ? { ...this.#headers, 'content-encoding': 'gzip' } : this.#headers,
      body: isPacked ? new Uint8Array(await pack(plain)) : new Uint8Array(plain),
      timeoutMs: this.#options.requestTimeoutMs ?? 15_000,
    });
  }
}

/** The messages that the server did not take, by their place: it answers 200 when it took others, 400 when it took none. */
function refusalsOf({ body }: Reply): Map<number, Refusal> {
  try {
    const answer = JSON.parse(body ?? '') as { refused?: Refusal[]; error?: { details?: { refused?: Refusal[] } } };
    return new Map((answer.refused ?? answer.error?.details?.refused ?? []).map((refusal) => [refusal.index, refusal]));
  } catch {
    return new Map();
  }
}
