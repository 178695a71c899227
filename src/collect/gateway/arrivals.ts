import type { Bus } from '../../kernel/bus/bus.ts';
import { fits, nameOfFilter } from './arrival-filter.ts';
import { briefOf, type Seen, textsOf } from './arrival-of.ts';
import { ARRIVALS_KEPT, type Arrival, type ArrivalFilter } from './contract.ts';

/** One that came here, or one that another process told. */
type Kept = { sequence: number; id: string } & ({ seen: Seen } | { told: Arrival });

interface Ring {
  name: string;
  filter: ArrivalFilter;
  kept: Kept[];
  waiting: Set<() => void>;
  /** Somebody looks here until then (ms); a ring with a filter is forgotten afterwards. */
  watchedHereUntil: number;
  /** Somebody looks in another process until then (ms). */
  watchedElsewhereUntil: number;
}

type Notice = { from: string; projectId: number; filter: ArrivalFilter } & ({ watch: true } | { arrival: Arrival });

/** What to look for, and after which cursor. */
export interface ArrivalQuestion {
  after?: string | undefined;
  filter?: ArrivalFilter;
}

const PROJECTS_MAX = 200;
const FILTERS_MAX = 20;
/** After a question, other processes tell what arrives for this long, and what it asked for is collected here. */
const WATCH_MS = 30_000;
/** Arrivals that one process tells the others in a second. */
const TOLD_PER_SECOND_MAX = 40;
/** Messages of all requests that wait in full before each request shows but its last few. */
const HELD_MAX = 1_000;
const HELD_OF_REQUEST_MIN = 5;
/** The bus takes 7,000 bytes a notice. */
const TEXT_TOLD_MAX = 1_200;

/**
 * The last arrivals of each project in this process, and of other processes while somebody watches. Who watches with a filter has a list of their own,
 * so that a rare event is not pushed out by what everybody sends. A view for people: bounded, in memory, lost at a stop.
 */
export class Arrivals {
  readonly #bus: Bus;
  readonly #processId: string;
  readonly #now: () => number;
  /** The first of a project's rings holds everything. */
  readonly #rings = new Map<number, Ring[]>();
  #sequence = 0;
  #isClosed = false;
  #told = { second: 0, count: 0 };
  /** Messages that wait to be written with all that is known of them. */
  #held = 0;

  constructor(parts: { bus: Bus; processId: string; now: () => number }) {
    this.#bus = parts.bus;
    this.#processId = parts.processId;
    this.#now = parts.now;
    parts.bus.subscribe('debugger', (notice) => this.#hear(notice as Notice));
  }

  /**
   * How many of a request's messages should wait with all that is known of them: all, while few do or somebody looks through a filter; under load the last
   * few, because nobody can follow more. To be given back with `release`.
   */
  hold(projectId: number, count: number): number {
    const isAll = this.#held + count <= HELD_MAX || this.#ringsOf(projectId).length > 1;
    const held = isAll ? count : Math.min(count, HELD_OF_REQUEST_MIN);
    this.#held += held;
    return held;
  }

  release(held: number): void {
    this.#held -= held;
  }

  add(projectId: number, fresh: readonly Seen[]): void {
    const rings = this.#ringsOf(projectId);
    const now = this.#now();
    const kept = (fresh.length > ARRIVALS_KEPT && rings.length === 1 ? fresh.slice(-ARRIVALS_KEPT) : fresh).map((seen): Kept => {
      this.#sequence += 1;
      return { sequence: this.#sequence, id: `${this.#processId}-${this.#sequence}`, seen };
    });
    for (const ring of rings) {
      const fitting = ring.name === '' ? kept : kept.filter((each) => 'seen' in each && fits(ring.filter, briefOf(each.seen)));
      if (fitting.length === 0) continue;
      this.#put(ring, fitting);
      if (ring.watchedElsewhereUntil > now) for (const each of fitting) this.#tell(projectId, ring, each);
    }
  }

  /** What arrived after the cursor, newest first. A cursor of another process gives everything that is remembered. */
  after(projectId: number, { after, filter = {} }: ArrivalQuestion): { items: Arrival[]; cursor: string } {
    const [process, sequence] = after?.split(':') ?? [];
    const from = process === this.#processId ? Number(sequence) || 0 : 0;
    const kept = this.#rings.get(projectId)?.find((ring) => ring.name === nameOfFilter(filter))?.kept ?? [];
    const items = kept.filter((each) => each.sequence > from).slice(-ARRIVALS_KEPT);
    return { items: items.map(whole).reverse(), cursor: `${this.#processId}:${items.at(-1)?.sequence ?? (process === this.#processId ? from : 0)}` };
  }

  /** The same, but waits up to `waitMs` for the first arrival. */
  async watch(
    projectId: number,
    question: ArrivalQuestion,
    wait: { waitMs: number; signal: AbortSignal },
  ): Promise<{ items: Arrival[]; cursor: string }> {
    const { filter = {} } = question;
    const ring = this.#ring(projectId, filter);
    ring.watchedHereUntil = this.#now() + WATCH_MS + wait.waitMs;
    this.#bus.publish('debugger', { from: this.#processId, projectId, filter, watch: true } satisfies Notice);
    const known = this.after(projectId, question);
    if (known.items.length > 0 || wait.waitMs === 0 || wait.signal.aborted || this.#isClosed) return known;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        ring.waiting.delete(wake);
        wait.signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, wait.waitMs);
      ring.waiting.add(wake);
      wait.signal.addEventListener('abort', wake, { once: true });
    });
    return this.after(projectId, question);
  }

  /** Ends every wait. */
  close(): void {
    this.#isClosed = true;
    for (const rings of this.#rings.values()) for (const ring of rings) for (const wake of [...ring.waiting]) wake();
  }

  #put(ring: Ring, fresh: readonly Kept[]): void {
    for (const kept of fresh) ring.kept.push(kept);
    if (ring.kept.length > ARRIVALS_KEPT * 2) ring.kept = ring.kept.slice(-ARRIVALS_KEPT);
    for (const wake of [...ring.waiting]) wake();
  }

  /** Of a project, without the filters that nobody looks through any more. */
  #ringsOf(projectId: number): Ring[] {
    const known = this.#rings.get(projectId);
    if (!known) {
      if (this.#rings.size >= PROJECTS_MAX) {
        const idle = [...this.#rings].find(([, rings]) => rings.every((ring) => ring.waiting.size === 0));
        if (idle) this.#rings.delete(idle[0]);
      }
      const rings = [emptyRing({})];
      this.#rings.set(projectId, rings);
      return rings;
    }
    if (known.length === 1) return known;
    const now = this.#now();
    const used = known.filter((ring) => ring.name === '' || ring.watchedHereUntil > now || ring.watchedElsewhereUntil > now);
    if (used.length === known.length) return known;
    this.#rings.set(projectId, used);
    return used;
  }

  #ring(projectId: number, filter: ArrivalFilter): Ring {
    const rings = this.#ringsOf(projectId);
    const known = rings.find((ring) => ring.name === nameOfFilter(filter));
    if (known) return known;
    const ring = emptyRing(filter);
    // What is remembered of everything is where a look through a filter begins.
    ring.kept = (rings[0]?.kept ?? []).filter((kept) => fits(filter, 'told' in kept ? kept.told : briefOf(kept.seen)));
    if (rings.length > FILTERS_MAX) rings.splice(1, 1);
    rings.push(ring);
    return ring;
  }

  #hear(notice: Notice): void {
    if (notice.from === this.#processId) return;
    const ring = this.#ring(notice.projectId, notice.filter);
    if ('arrival' in notice) {
      const { arrival } = notice;
      if (ring.kept.some((kept) => kept.id === arrival.id)) return;
      this.#sequence += 1;
      this.#put(ring, [{ sequence: this.#sequence, id: arrival.id, told: arrival }]);
      return;
    }
    const wasWatched = ring.watchedElsewhereUntil > this.#now();
    ring.watchedElsewhereUntil = this.#now() + WATCH_MS;
    if (!wasWatched) for (const kept of ring.kept.slice(-TOLD_PER_SECOND_MAX)) if ('seen' in kept) this.#tell(notice.projectId, ring, kept);
  }

  #tell(projectId: number, { filter }: Ring, kept: Kept): void {
    const second = Math.floor(this.#now() / 1_000);
    if (this.#told.second !== second) this.#told = { second, count: 0 };
    if (this.#told.count >= TOLD_PER_SECOND_MAX) return;
    this.#told.count += 1;
    const arrival = whole(kept);
    const raw = cut(arrival.raw);
    const became = arrival.became === null ? null : cut(arrival.became);
    const isCut = raw !== arrival.raw || became !== arrival.became;
    this.#bus.publish('debugger', { from: this.#processId, projectId, filter, arrival: { ...arrival, raw, became, isCut } } satisfies Notice);
  }
}

function emptyRing(filter: ArrivalFilter): Ring {
  return { name: nameOfFilter(filter), filter, kept: [], waiting: new Set(), watchedHereUntil: 0, watchedElsewhereUntil: 0 };
}

function cut(text: string): string {
  return text.length > TEXT_TOLD_MAX ? `${text.slice(0, TEXT_TOLD_MAX)}…` : text;
}

function whole(kept: Kept): Arrival {
  return 'told' in kept ? kept.told : { ...briefOf(kept.seen), id: kept.id, ...textsOf(kept.seen), isCut: false };
}
