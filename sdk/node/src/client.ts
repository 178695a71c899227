import { type Environment, nodeEnvironment } from './environment.ts';
import { jsonText } from './json.ts';
import { limits } from './limits.ts';
import { type Call, changesCall, messageOf } from './messages.ts';
import { BoundedQueue, type Waiting as WaitingMessage } from './queue.ts';
import { NotDelivered, Sender } from './sender.ts';
import { type Ending, watchEnding } from './shutdown.ts';
import type { AliasCall, ChangeTraitsCall, Dropped, GroupCall, IdentifyCall, Options, PageCall, TrackCall, Waiting } from './types.ts';

const queueCountMax = 10_000;
const queueSizeMaxBytes = 32 * 1024 * 1024;
const closeTimeoutMs = 10_000;

/** A call answers whether its message is in the queue, or with a promise when asked (`{ wait }`). */
interface Calls<Given> {
  (call: Given): boolean;
  (call: Given, waiting: Waiting): Promise<void>;
}

/**
 * Sends what people do to Perennial, in batches, in order, again after failures, never more in memory than was allowed. Calls throw a `TypeError` for what a program gets wrong
 * (no person, no name) and nothing else.
 */
export class Perennial {
  readonly track: Calls<TrackCall> = this.#calls((call) => ({ type: 'track', ...call }));
  readonly page: Calls<PageCall> = this.#calls((call) => ({ type: 'page', ...call }));
  readonly screen: Calls<PageCall> = this.#calls((call) => ({ type: 'screen', ...call }));
  readonly identify: Calls<IdentifyCall> = this.#calls((call) => ({ type: 'identify', ...call }));
  /** The person belongs to this company, household... from now on. */
  readonly group: Calls<GroupCall> = this.#calls((call) => ({ type: 'group', ...call }));
  /** Two ids mean one person. */
  readonly alias: Calls<AliasCall> = this.#calls((call) => ({ type: 'alias', ...call }));
  /** Sets, counts up, adds to lists...: `changeTraits({ userId, increment: { orders: 1 }, setOnce: { first_seen: now } })`. */
  readonly changeTraits: Calls<ChangeTraitsCall> = this.#calls(changesCall);
  readonly #environment: Environment;
  readonly #options: Options;
  readonly #queue: BoundedQueue;
  readonly #sender: Sender;
  readonly #ending: Ending;
  #closing: Promise<void> | undefined;

  constructor(options: Options, environment: Environment = nodeEnvironment) {
    if (!options.writeKey) throw new TypeError('writeKey is missing');
    if (!/^https?:\/\//.test(options.host ?? '')) throw new TypeError(`host must be an address like https://events.example.com, not ${options.host}`);
    this.#options = options;
    this.#environment = environment;
    this.#queue = new BoundedQueue(options.queueCountMax ?? queueCountMax, options.queueSizeMaxBytes ?? queueSizeMaxBytes);
    this.#sender = new Sender(this.#queue, environment, options);
    this.#ending = watchEnding(options, { hasWork: () => this.#queue.count > 0, flush: () => this.flush(), close: () => this.close() });
  }

  /** Messages that are not delivered yet. */
  get waiting(): number {
    return this.#queue.count;
  }

  /** Sends what waits. Resolves when all of it was tried once; what failed goes on waiting. */
  flush(): Promise<void> {
    return this.#sender.send();
  }

  /** Takes nothing more, and sends what waits for at most `timeoutMs`; what is left then is told to `onDrop`. */
  close(timeoutMs: number = this.#options.closeTimeoutMs ?? closeTimeoutMs): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<void> {
    this.#ending.stop();
    // Our timers let a process end; whoever waits for us does not want that.
    const alive = setInterval(() => undefined, 1_000);
    let cancel = (): void => undefined;
    const tooLate = new Promise<void>((resolve) => {
      cancel = this.#environment.later(resolve, timeoutMs);
    });
    await Promise.race([this.#sender.sendAllUntil(this.#environment.now() + timeoutMs), tooLate]);
    cancel();
    clearInterval(alive);
    this.#sender.giveUp();
  }

  #calls<Given>(toCall: (given: Given) => Call): Calls<Given> {
    const take = (given: Given, waiting?: Waiting): boolean | Promise<void> => {
      const message = this.#prepare(toCall(given));
      return waiting ? this.#takeWaiting(message, waiting) : this.#take(message);
    };
    return take as Calls<Given>;
  }

  #prepare(call: Call): WaitingMessage | Dropped {
    let text = '';
    try {
      text = jsonText(messageOf(call, this.#environment)) ?? '';
    } catch (error) {
      if (error instanceof TypeError && /needs|no time/.test(error.message)) throw error;
      // Too long, or a getter of the caller's object threw.
      return { reason: error instanceof RangeError ? 'too_large' : 'unsayable', message: '' };
    }
    if (this.#closing) return { reason: 'closed', message: text };
    const sizeBytes = Buffer.byteLength(text);
    return sizeBytes > limits.messageSizeMaxBytes ? { reason: 'too_large', message: text } : { text, sizeBytes };
  }

  #take(message: WaitingMessage | Dropped): boolean {
    const dropped: Dropped | undefined =
      'reason' in message ? message : this.#queue.add(message) ? undefined : { reason: 'queue_full', message: message.text };
    if (dropped) this.#options.onDrop?.(dropped);
    this.#sender.schedule();
    return !dropped;
  }

  async #takeWaiting(message: WaitingMessage | Dropped, { wait }: Waiting): Promise<void> {
    if ('reason' in message) {
      this.#options.onDrop?.(message);
      throw new NotDelivered(message);
    }
    const delivered =
      wait === 'delivery' &&
      new Promise<void>((resolve, reject) => {
        message.settle = { delivered: resolve, lost: reject };
      });
    if (delivered) delivered.catch(() => undefined);
    const entered = this.#queue.addWhenRoom(message);
    this.#sender.schedule();
    await entered;
    if (delivered) await delivered;
  }
}
