import type { Bus } from '../../../kernel/bus/bus.ts';
import { type KnownSession, SERVER_SESSION_PREFIX, type SessionBook, type SessionRule } from './session-book.ts';

const TOPIC = 'enrichment.sessions';
const DELAY_MS = 100;
/** The bus takes 7,000 bytes a notice. */
const NOTICE_SIZE_MAX = 6_000;
/** Beyond this in one delay the rest is not told: the bus is for small news. */
const WAITING_MAX = 5_000;

type Told = [key: string, id: string, firstMs: number, lastMs: number, campaign: string, day: string];

/**
 * Tells other processes which sessions began or went on here, so that a device whose events reach several of them keeps one session. News arrive
 * 0.1 s later and may be lost: until then two processes may begin a session each; the one that began earlier then gives its id to both from there on.
 */
export class SessionGossip {
  readonly #bus: Bus;
  readonly #from: string;
  #waiting: Told[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(bus: Bus, from: string) {
    this.#bus = bus;
    this.#from = from;
  }

  /** Takes news of others into `book`. */
  hear(book: SessionBook, rule: SessionRule): () => void {
    return this.#bus.subscribe(TOPIC, (notice) => {
      const { from, sessions } = notice as { from: string; sessions: Told[] };
      if (from === this.#from) return;
      for (const [key, id, firstMs, lastMs, campaign, day] of sessions)
        book.learn(key, { id: SERVER_SESSION_PREFIX + id, firstMs, lastMs, campaign, day }, rule);
    });
  }

  tell = (key: string, { id, firstMs, lastMs, campaign, day }: KnownSession): void => {
    if (this.#isClosed || this.#waiting.length >= WAITING_MAX) return;
    this.#waiting.push([key, id.slice(SERVER_SESSION_PREFIX.length), firstMs, lastMs, campaign.slice(0, 60), day]);
    this.#timer ??= setTimeout(() => this.flush(), DELAY_MS);
  };

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    let sessions: Told[] = [];
    let size = 0;
    for (const each of waiting) {
      const length = Buffer.byteLength(JSON.stringify(each));
      if (size + length > NOTICE_SIZE_MAX && sessions.length > 0) {
        this.#bus.publish(TOPIC, { from: this.#from, sessions });
        sessions = [];
        size = 0;
      }
      sessions.push(each);
      size += length + 1;
    }
    if (sessions.length > 0) this.#bus.publish(TOPIC, { from: this.#from, sessions });
  }

  close(): void {
    this.flush();
    this.#isClosed = true;
  }
}
