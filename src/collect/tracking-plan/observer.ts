import type { Transaction } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { IncomingEvent } from '../stream/contract.ts';
import type { Plans } from './plans.ts';
import { addSeen, type SeenEvents, type Sight, seeEvent, sightOf } from './seen.ts';
import type { PlanTables } from './tables.ts';
import type { Violation } from './verdict.ts';
import { addViolations, type CountedViolations, countViolations, writeViolations } from './violations.ts';
import { writeSeen } from './write-seen.ts';

const WRITE_INTERVAL_MS = 5_000;
const WRITE_TIMEOUT_MS = 60_000;
/** Projects that are gathered at a time; events of others are not learned from until these are written. */
const PROJECTS_MAX = 1_000;

interface Gathered {
  seen: SeenEvents;
  /** How many of each name arrived. */
  offered: Map<string, number>;
  violations: CountedViolations;
}

interface ObserverParts {
  kernel: Kernel;
  plans: Plans;
  projects: Pick<ProjectsApi, 'project'>;
}

/** Gathers in memory what arrives, and adds it to the tables every few seconds. What a dying process had in hand is lost: these are figures, not facts. */
export class Observer {
  readonly #parts: ObserverParts;
  #gathered = new Map<number, Gathered>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: ObserverParts) {
    this.#parts = parts;
  }

  /** What to hold of an event that arrives, for `see` when it is written. */
  sight(projectId: number, event: IncomingEvent): Sight {
    const offered = this.#of(projectId)?.offered;
    return offered ? sightOf(event, offered) : { event: event.event, time: event.time };
  }

  see(projectId: number, events: readonly Sight[]): void {
    const seen = this.#of(projectId)?.seen;
    if (!seen) return;
    const now = this.#parts.kernel.clock.now();
    for (const event of events) seeEvent(seen, event, now);
  }

  count(projectId: number, event: IncomingEvent, violations: readonly Violation[]): void {
    const counted = this.#of(projectId)?.violations;
    if (counted) countViolations(counted, event, violations, this.#parts.kernel.clock.now());
  }

  start(): void {
    this.#timer = setInterval(() => void this.write(), WRITE_INTERVAL_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }

  /** Writes what was gathered; one writing at a time. What cannot be written is kept for the next. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const taken = this.#gathered;
    if (taken.size === 0) return;
    this.#gathered = new Map();
    for (const [projectId, gathered] of taken) {
      try {
        await this.#writeProject(projectId, gathered);
      } catch (error) {
        this.#parts.kernel.log.warn({ projectId, error: String(error) }, 'what arrived could not be added to the tracking plan yet');
        const now = this.#of(projectId);
        if (!now) continue;
        addSeen(now.seen, gathered.seen);
        addViolations(now.violations, gathered.violations);
      }
    }
  }

  async #writeProject(projectId: number, { seen, violations }: Gathered): Promise<void> {
    if (seen.size === 0 && violations.size === 0) return;
    const { kernel, plans, projects } = this.#parts;
    // Outside the transaction: the embedded store has one connection.
    const project = await projects.project(projectId);
    if (!project) return;
    const { compiled } = await plans.current(projectId);
    const place = { projectId, compiled, dayOf: dayIn(project.timeZone) };
    const write = async (tx: Transaction<PlanTables>): Promise<void> => {
      if (seen.size > 0) await writeSeen(tx, seen, place);
      if (violations.size > 0) await writeViolations(tx, violations, place);
    };
    await kernel.postgres.transaction(write, { timeoutMs: WRITE_TIMEOUT_MS });
  }

  #of(projectId: number): Gathered | undefined {
    const known = this.#gathered.get(projectId);
    if (known) return known;
    if (this.#gathered.size >= PROJECTS_MAX) return undefined;
    const fresh: Gathered = { seen: new Map(), offered: new Map(), violations: new Map() };
    this.#gathered.set(projectId, fresh);
    return fresh;
  }
}

/** The calendar day in a zone, `YYYY-MM-DD`. */
export function dayIn(timeZone: string): (time: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (time) => format.format(time);
}
