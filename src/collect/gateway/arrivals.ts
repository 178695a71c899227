import type { Bus } from '../../kernel/bus/bus.ts';
import { briefOf, type Seen, textsOf } from './arrival-of.ts';
import { ARRIVALS_KEPT, type Arrival } from './contract.ts';

/** One that came here, or one that another process told. */
type Kept = { sequence: number; id: string } & ({ seen: Seen } | { told: Arrival });

interface Ring {
  kept: Kept[];
  waiting: Set<() => void>;
  /** Somebody looks at this project until then (ms). */
  watchedUntil: number;
}

type Notice = { from: string; projectId: number } & ({ watch: true } | { arrival: Arrival });

const PROJECTS_MAX = 200;
/** After a question, other processes tell what arrives for this long. */
const WATCH_MS = 30_000;
/** Arrivals that one process tells the others in a second. */
const TOLD_PER_SECOND_MAX = 40;
/** The bus takes 7,000 bytes a notice. */
const TEXT_TOLD_MAX = 1_200;

/**
 * The last arrivals of each project in this process, and of other processes while somebody watches. A view for people: bounded, in memory, lost at a stop.
 */
export class Arrivals {
  readonly #bus: Bus;
  readonly #processId: string;
  readonly #now: () => number;
  readonly #rings = new Map<number, Ring>();
  #sequence = 0;
  #isClosed = false;
  #told = { second: 0, count: 0 };

  constructor(parts: { bus: Bus; processId: string; now: () => number }) {
    this.#bus = parts.bus;
    this.#processId = parts.processId;
    this.#now = parts.now;
    parts.bus.subscribe('debugger', (notice) => this.#hear(notice as Notice));
  }

  add(projectId: number, fresh: readonly Seen[]): void {
    const ring = this.#ring(projectId);
    const isWatched = ring.watchedUntil > this.#now();
    for (const seen of fresh.length > ARRIVALS_KEPT ? fresh.slice(-ARRIVALS_KEPT) : fresh) {
      this.#sequence += 1;
      const kept: Kept = { sequence: this.#sequence, id: `${this.#processId}-${this.#sequence}`, seen };
      ring.kept.push(kept);
      if (isWatched) this.#tell(projectId, kept);
    }
    if (ring.kept.length > ARRIVALS_KEPT * 2) ring.kept = ring.kept.slice(-ARRIVALS_KEPT);
    for (const wake of [...ring.waiting]) wake();
  }

  /** What arrived after `cursor`, newest first. A cursor of another process gives everything that is remembered. */
  after(projectId: number, cursor: string | undefined): { items: Arrival[]; cursor: string } {
    const [process, sequence] = cursor?.split(':') ?? [];
    const from = process === this.#processId ? Number(sequence) || 0 : 0;
    const kept = this.#rings.get(projectId)?.kept ?? [];
    const items = kept.filter((each) => each.sequence > from).slice(-ARRIVALS_KEPT);
    return { items: items.map(whole).reverse(), cursor: `${this.#processId}:${items.at(-1)?.sequence ?? (process === this.#processId ? from : 0)}` };
  }

  /** The same, but waits up to `waitMs` for the first arrival. */
  async watch(
    projectId: number,
    cursor: string | undefined,
    wait: { waitMs: number; signal: AbortSignal },
  ): Promise<{ items: Arrival[]; cursor: string }> {
    this.#bus.publish('debugger', { from: this.#processId, projectId, watch: true } satisfies Notice);
    const known = this.after(projectId, cursor);
    if (known.items.length > 0 || wait.waitMs === 0 || wait.signal.aborted || this.#isClosed) return known;
    const ring = this.#ring(projectId);
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
    return this.after(projectId, cursor);
  }

  /** Ends every wait. */
  close(): void {
    this.#isClosed = true;
    for (const ring of this.#rings.values()) for (const wake of [...ring.waiting]) wake();
  }

  #ring(projectId: number): Ring {
    const known = this.#rings.get(projectId);
    if (known) return known;
    if (this.#rings.size >= PROJECTS_MAX) {
      const idle = [...this.#rings].find(([, ring]) => ring.waiting.size === 0);
      if (idle) this.#rings.delete(idle[0]);
    }
    const ring: Ring = { kept: [], waiting: new Set(), watchedUntil: 0 };
    this.#rings.set(projectId, ring);
    return ring;
  }

  #hear(notice: Notice): void {
    if (notice.from === this.#processId) return;
    const ring = this.#ring(notice.projectId);
    if ('watch' in notice) {
      const wasWatched = ring.watchedUntil > this.#now();
      ring.watchedUntil = this.#now() + WATCH_MS;
      if (!wasWatched) for (const kept of ring.kept.slice(-TOLD_PER_SECOND_MAX)) if ('seen' in kept) this.#tell(notice.projectId, kept);
      return;
    }
    this.#sequence += 1;
    if (ring.kept.some((kept) => kept.id === notice.arrival.id)) return;
    ring.kept.push({ sequence: this.#sequence, id: notice.arrival.id, told: notice.arrival });
    if (ring.kept.length > ARRIVALS_KEPT * 2) ring.kept = ring.kept.slice(-ARRIVALS_KEPT);
    for (const wake of [...ring.waiting]) wake();
  }

  #tell(projectId: number, kept: Kept): void {
    const second = Math.floor(this.#now() / 1_000);
    if (this.#told.second !== second) this.#told = { second, count: 0 };
    if (this.#told.count >= TOLD_PER_SECOND_MAX) return;
    this.#told.count += 1;
    const arrival = whole(kept);
    const raw = cut(arrival.raw);
    const became = arrival.became === null ? null : cut(arrival.became);
    const isCut = raw !== arrival.raw || became !== arrival.became;
    this.#bus.publish('debugger', { from: this.#processId, projectId, arrival: { ...arrival, raw, became, isCut } } satisfies Notice);
  }
}

function cut(text: string): string {
  return text.length > TEXT_TOLD_MAX ? `${text.slice(0, TEXT_TOLD_MAX)}…` : text;
}

function whole(kept: Kept): Arrival {
  return 'told' in kept ? kept.told : { ...briefOf(kept.seen), id: kept.id, ...textsOf(kept.seen), isCut: false };
}
