import type { Counter } from 'prom-client';
import type { Clock } from '../../../kernel/clock.ts';
import type { Postgres } from '../../../kernel/postgres/postgres.ts';
import type { QualityApi, QualityCount } from '../api.ts';
import { addCounts, type WaitingCount } from './store-counts.ts';

const HOUR_MS = 3_600_000;
const CLIENT_LENGTH_MAX = 60;
const REASON_LENGTH_MAX = 120;
/** Lines of one project that wait at once: senders that make up names do not fill the memory or the table. */
const LINES_PER_PROJECT_MAX = 500;
const OTHER = '(other)';

/** Counts in memory, written from time to time: a stop without warning loses what was counted since. */
export class QualityCounter implements QualityApi {
  readonly #postgres: Postgres;
  readonly #clock: Clock;
  readonly #metric: Counter;
  #waiting = new Map<number, Map<string, WaitingCount>>();

  constructor(parts: { postgres: Postgres; clock: Clock; metric: Counter }) {
    this.#postgres = parts.postgres;
    this.#clock = parts.clock;
    this.#metric = parts.metric;
  }

  count(projectId: number, { measure, client, reason = '', count = 1 }: QualityCount): void {
    const hourMs = Math.floor(this.#clock.now() / HOUR_MS) * HOUR_MS;
    let lines = this.#waiting.get(projectId);
    if (!lines) {
      lines = new Map();
      this.#waiting.set(projectId, lines);
    }
    const key = `${measure}\n${hourMs}\n${client}\n${reason}`;
    const line = lines.get(key);
    if (line) line.count += count;
    else if (lines.size < LINES_PER_PROJECT_MAX) lines.set(key, fresh({ projectId, hourMs, client, measure, reason, count }));
    else addTo(lines, fresh({ projectId, hourMs, client: OTHER, measure, reason: '', count }));
  }

  /** Writes what waits. What could not be written waits on; the error is thrown. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    const lines = [...waiting.values()].flatMap((of) => [...of.values()]);
    if (lines.length === 0) return;
    try {
      await addCounts(this.#postgres, lines);
    } catch (error) {
      for (const { projectId, ...line } of lines) this.#takeBack(projectId, { projectId, ...line });
      throw error;
    }
    for (const { measure, count } of lines) this.#metric.inc({ measure }, count);
  }

  #takeBack(projectId: number, line: WaitingCount): void {
    const lines = this.#waiting.get(projectId) ?? new Map<string, WaitingCount>();
    this.#waiting.set(projectId, lines);
    addTo(lines, line);
  }
}

function fresh(line: WaitingCount): WaitingCount {
  return { ...line, client: plain(line.client, CLIENT_LENGTH_MAX), reason: plain(line.reason, REASON_LENGTH_MAX) };
}

/** What PostgreSQL can keep and a table can show. */
function plain(text: string, lengthMax: number): string {
  return text
    .slice(0, lengthMax)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ');
}

function addTo(lines: Map<string, WaitingCount>, line: WaitingCount): void {
  const key = `${line.measure}\n${line.hourMs}\n${line.client}\n${line.reason}`;
  const known = lines.get(key);
  if (known) known.count += line.count;
  else lines.set(key, line);
}
