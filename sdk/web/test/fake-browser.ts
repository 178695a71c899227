import { VirtualTime } from '../../vectors/virtual-time.ts';
import type { Environment, PageFacts, Reply } from '../src/environment.ts';
import type { Message } from '../src/index.ts';

/** The outside world of the vectors: a clock, ids, a page, storage that survives pages, and a server that answers as it is told. */
export class FakeBrowser {
  readonly time: VirtualTime;
  readonly requests: { at: number; body: { batch: Message[]; sentAt: string; writeKey: string } }[] = [];
  answers: Reply[] = [];
  page: PageFacts = { url: 'https://shop.example/', path: '/', search: '', referrer: '', title: 'Shop' };
  readonly stored = new Map<string, string>();
  #ids = 0;

  constructor(now: number) {
    this.time = new VirtualTime(now);
  }

  get environment(): Environment {
    const { stored } = this;
    return {
      now: () => this.time.now,
      newId: () => {
        this.#ids += 1;
        return `made-${this.#ids}`;
      },
      random: () => 0,
      later: (work, delayMs) => this.time.later(work, delayMs),
      page: () => this.page,
      surroundings: () => ({}),
      storage: () => ({
        get length() {
          return stored.size;
        },
        key: (index) => [...stored.keys()][index] ?? null,
        getItem: (name) => stored.get(name) ?? null,
        setItem: (name, value) => void stored.set(name, value),
        removeItem: (name) => void stored.delete(name),
      }),
      readCookie: () => null,
      writeCookie: () => undefined,
      // One tab at a time: whoever asks finds the one before gone.
      locks: { hold: () => () => undefined, ifFree: (_name, work) => work() },
      post: (_url, body) => {
        this.requests.push({ at: this.time.now, body: JSON.parse(body) as { batch: Message[]; sentAt: string; writeKey: string } });
        return Promise.resolve(this.answers.shift() ?? { status: 200 });
      },
      beacon: () => false,
      isOnline: () => true,
      asksForPrivacy: () => false,
      warn: () => undefined,
    };
  }
}
