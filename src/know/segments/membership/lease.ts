import { type Kysely, sql } from 'kysely';
import type { SegmentTables } from '../tables.ts';

/** How long a process that died keeps others waiting. */
const LEASE_SECONDS = 30;
const RENEW_EVERY_MS = 8_000;

/** Thrown when the work on a project was taken over by another process. */
export class LeaseLostError extends Error {}

/** The right of one process to change the memberships of one project. */
export interface Lease {
  /** How far the stream was looked through when the lease was taken, ms. */
  watermarkMs: number;
  /** Throws `LeaseLostError` when another process has it. Call before each write that must not happen twice. */
  confirm(): Promise<void>;
  /** Keeps how far the stream was looked through. */
  advance(watermarkMs: number): Promise<void>;
  release(): Promise<void>;
}

/** Takes the lease of a project, or gives undefined while another process holds it. It renews itself until released. */
export async function takeLease(db: Kysely<SegmentTables>, projectId: number, holder: string): Promise<Lease | undefined> {
  const taken = await db
    .updateTable('segment_watches')
    .set({ leased_by: holder, leased_until: sql<Date>`now() + make_interval(secs => ${LEASE_SECONDS})` })
    .where('project_id', '=', projectId)
    .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<', sql<Date>`now()`)]))
    .returning('watermark')
    .executeTakeFirst();
  if (!taken) return undefined;
  const mine = () => db.updateTable('segment_watches').where('project_id', '=', projectId).where('leased_by', '=', holder);
  const confirm = async (): Promise<void> => {
    const result = await mine()
      .set({ leased_until: sql<Date>`now() + make_interval(secs => ${LEASE_SECONDS})` })
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) throw new LeaseLostError(`The segments of project ${projectId} are worked on by another process`);
  };
  const timer = setInterval(() => void confirm().catch(() => clearInterval(timer)), RENEW_EVERY_MS);
  return {
    watermarkMs: taken.watermark.getTime(),
    confirm,
    advance: async (watermarkMs) => {
      await mine()
        .set({ watermark: new Date(watermarkMs) })
        .where('watermark', '<', new Date(watermarkMs))
        .execute();
    },
    release: async () => {
      clearInterval(timer);
      await mine().set({ leased_by: null, leased_until: null }).execute();
    },
  };
}
