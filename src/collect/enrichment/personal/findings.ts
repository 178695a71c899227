import { sql } from 'kysely';
import type { Clock } from '../../../kernel/clock.ts';
import type { Postgres } from '../../../kernel/postgres/postgres.ts';
import type { IncomingEvent } from '../../stream/contract.ts';
import type { QualityApi } from '../api.ts';
import { type Found, findPersonal } from './detect.ts';

/** The first events of a project are all looked at, then one of so many. */
const FIRST_EVENTS = 200;
const ONE_OF = 50;
/** Places that wait to be written; senders who make up names do not fill the memory. */
const WAITING_MAX = 500;

interface WaitingFinding extends Found {
  projectId: number;
  seen: number;
  firstMs: number;
  lastMs: number;
}

/** Looks for personal data in samples of the events and keeps where it was seen, never what it was. */
export class FindingsStore {
  readonly #postgres: Postgres;
  readonly #clock: Clock;
  readonly #quality: QualityApi;
  readonly #looked = new Map<number, number>();
  #waiting = new Map<string, WaitingFinding>();

  constructor(parts: { postgres: Postgres; clock: Clock; quality: QualityApi }) {
    this.#postgres = parts.postgres;
    this.#clock = parts.clock;
    this.#quality = parts.quality;
  }

  look(projectId: number, client: string, event: IncomingEvent, decided: ReadonlySet<string>): void {
    const looked = (this.#looked.get(projectId) ?? 0) + 1;
    this.#looked.set(projectId, looked);
    if (looked > FIRST_EVENTS && looked % ONE_OF !== 0) return;
    for (const found of findPersonal(event, (place, name) => decided.has(`${place}:${name}`))) this.#keep(projectId, client, found);
  }

  #keep(projectId: number, client: string, found: Found): void {
    this.#quality.count(projectId, { measure: 'personal_found', client, reason: `${found.place} ${found.name}` });
    const now = this.#clock.now();
    const key = `${projectId}\n${found.place}\n${found.name}\n${found.kind}`;
    const known = this.#waiting.get(key);
    if (known) {
      known.seen += 1;
      known.lastMs = now;
    } else if (this.#waiting.size < WAITING_MAX && found.name.isWellFormed() && !/\p{Cc}/u.test(found.name))
      this.#waiting.set(key, { ...found, projectId, seen: 1, firstMs: now, lastMs: now });
  }

  /** Writes what waits, in the order of the key. What could not be written waits on; the error is thrown. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.size === 0) return;
    this.#waiting = new Map();
    const lines = [...waiting].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, line]) => line);
    try {
      await sql`
        INSERT INTO personal_findings (project_id, place, name, kind, seen, first_seen_at, last_seen_at)
        SELECT * FROM unnest(${lines.map((line) => line.projectId)}::int[], ${lines.map((line) => line.place)}::text[], ${lines.map((line) => line.name)}::text[],
          ${lines.map((line) => line.kind)}::text[], ${lines.map((line) => line.seen)}::bigint[],
          ${lines.map((line) => new Date(line.firstMs).toISOString())}::timestamptz[], ${lines.map((line) => new Date(line.lastMs).toISOString())}::timestamptz[])
        ON CONFLICT (project_id, place, name, kind) DO UPDATE SET seen = personal_findings.seen + excluded.seen,
          last_seen_at = greatest(personal_findings.last_seen_at, excluded.last_seen_at)`.execute(this.#postgres.as<object>());
    } catch (error) {
      for (const [key, line] of waiting) {
        const fresh = this.#waiting.get(key);
        this.#waiting.set(key, fresh ? { ...line, seen: line.seen + fresh.seen, lastMs: fresh.lastMs } : line);
      }
      throw error;
    }
  }
}
