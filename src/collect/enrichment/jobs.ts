import { sql } from 'kysely';
import { z } from 'zod';
import type { JobDefinition } from '../../kernel/jobs/jobs.ts';
import type { Kernel } from '../../kernel/slice.ts';

const COUNTS_KEPT_DAYS = 400;
const FINDINGS_KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

/** Forgets counters that are older than a year and places where nothing personal was seen for long. */
export const purgeJob: JobDefinition<object> = {
  id: 'enrichment.purge',
  payload: z.object({}),
  attempts: 3,
  timeoutMs: 60_000,
  schedule: '17 3 * * *',
};

export async function purge(kernel: Pick<Kernel, 'postgres' | 'clock'>): Promise<void> {
  const before = (days: number): string => new Date(kernel.clock.now() - days * DAY_MS).toISOString();
  const db = kernel.postgres.as<object>();
  await sql`DELETE FROM quality_counts WHERE hour < ${before(COUNTS_KEPT_DAYS)}`.execute(db);
  await sql`DELETE FROM personal_findings WHERE last_seen_at < ${before(FINDINGS_KEPT_DAYS)}`.execute(db);
}
