import type { Environment } from './environment.ts';
import { jsonText } from './json.ts';
import type { Keep } from './keep.ts';
import { byteLength, countThatFits, limits } from './limits.ts';
import type { Outbox } from './outbox.ts';
import { outcomeOf, retryDelayMs } from './retry.ts';

/** A beacon says nothing of its fate: it is trusted only this long after the server last took something. */
const trustMs = 5 * 60_000;

export interface SenderOptions {
  host: string;
  writeKey: string;
  flushAt: number;
  flushIntervalMs: number;
  /** Whether anything may be sent now. */
  isAllowed(): boolean;
  onDrop(why: string, count: number): void;
}

/** Sends what waits, one request at a time, in order; waits longer after each failure. */
export class Sender {
  private environment: Environment;
  private keep: Keep;
  private outbox: Outbox;
  private options: SenderOptions;
  private url: string;
  private held = 0;
  /** Whether what is in hand survives the page. */
  private isKeptAlive = false;
  /** Counts how often what was in hand was given up. */
  private epoch = 0;
  private failures = 0;
  private countMax: number = limits.batchCountMax;
  private notBefore = 0;
  private timer: { at: number; cancel: () => void } | undefined;
  private sending: Promise<void> | undefined;

  constructor(environment: Environment, keep: Keep, outbox: Outbox, options: SenderOptions) {
    this.environment = environment;
    this.keep = keep;
    this.outbox = outbox;
    this.options = options;
    this.url = `${options.host.replace(/\/+$/, '')}/v1/batch`;
  }

  get inFlight(): number {
    return this.held;
  }

  /** Sends soon: at once when enough is together, else within the interval; never before a waiting time is over. */
  schedule(): void {
    const { texts } = this.outbox;
    if (this.sending || texts.length === 0 || !this.options.isAllowed()) return;
    const now = this.environment.now();
    const at = Math.max(this.notBefore, now + (texts.length >= this.options.flushAt ? 0 : this.options.flushIntervalMs));
    if (this.timer) {
      if (this.timer.at <= at) return;
      this.timer.cancel();
    }
    const cancel = this.environment.later(() => {
      this.timer = undefined;
      void this.flush();
    }, at - now);
    this.timer = { at, cancel };
  }

  /** The network is back: no reason to wait any longer. */
  hurry(): void {
    this.failures = 0;
    this.notBefore = 0;
    this.schedule();
  }

  /** Sends until nothing waits or something fails. */
  flush(): Promise<void> {
    if (this.sending) return this.sending;
    const epoch = this.epoch;
    const sending = this.sendAll().then(() => {
      if (epoch !== this.epoch) return;
      this.sending = undefined;
      this.schedule();
    });
    this.sending = sending;
    return sending;
  }

  private async sendAll(): Promise<void> {
    while (this.outbox.texts.length > 0 && this.options.isAllowed()) {
      const epoch = this.epoch;
      const count = countThatFits(this.outbox.texts, limits.batchSizeMaxBytes, this.countMax);
      const body = this.body(this.outbox.texts.slice(0, count));
      this.held = count;
      this.isKeptAlive = byteLength(body) <= limits.beaconSizeMaxBytes;
      const { status, retryAfter } = await this.environment.post(this.url, body, this.isKeptAlive);
      if (epoch !== this.epoch) return;
      this.held = 0;
      const outcome = outcomeOf(status, count);
      if (outcome === 'again') return this.failed(retryAfter);
      if (outcome === 'smaller') {
        this.countMax = count >> 1;
        continue;
      }
      this.failures = 0;
      this.notBefore = 0;
      this.countMax = limits.batchCountMax;
      this.outbox.remove(0, count);
      if (outcome === 'done') this.keep.set('reached', String(this.environment.now()));
      else this.options.onDrop(`refused with ${status}`, count);
    }
  }

  private failed(retryAfter: string | null | undefined): void {
    this.failures += 1;
    const now = this.environment.now();
    this.notBefore = now + retryDelayMs(this.failures, this.environment.random(), retryAfter, now);
  }

  private body(texts: readonly string[]): string {
    return `{"batch":[${texts.join(',')}],"sentAt":${jsonText(new Date(this.environment.now()))},"writeKey":${jsonText(this.options.writeKey)}}`;
  }

  /**
   * The page is hidden, or goes away (`isFinal`). What waits is handed to the browser; it also stays in storage for the next page when the server was not heard of lately,
   * because a beacon that fails says nothing. The server counts a message once, however often it comes.
   */
  leave(isFinal: boolean): void {
    const first = this.held;
    const isTrusted = this.failures === 0 && this.environment.now() - Number(this.keep.get('reached') ?? 0) < trustMs;
    const handed = this.options.isAllowed() && this.environment.isOnline() ? this.handOver(first) : 0;
    if (isTrusted) this.outbox.remove(first, handed);
    if (isFinal) {
      if (isTrusted && this.isKeptAlive) this.outbox.remove(0, first);
      this.giveUp();
    }
    this.outbox.write();
  }

  private handOver(first: number): number {
    const { texts } = this.outbox;
    let handed = 0;
    while (first + handed < texts.length) {
      const rest = texts.slice(first + handed);
      const count = countThatFits(rest, limits.beaconSizeMaxBytes - 200);
      if (!this.environment.beacon(this.url, this.body(rest.slice(0, count)))) break;
      handed += count;
    }
    return handed;
  }

  /** Forgets what is in hand: its answer no longer counts. */
  private giveUp(): void {
    if (this.held > 0) this.epoch += 1;
    this.held = 0;
    this.sending = undefined;
  }

  /** Nothing is sent any more, and nothing waits. */
  drop(): void {
    this.giveUp();
    this.outbox.clear();
  }
}
