import { z } from 'zod';
import type { JobDefinition } from '../../kernel/jobs/jobs.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { forgetOldFailures } from './failures.ts';
import type { AccessTables } from './tables.ts';

/** Once a day: deletes sessions that have ended and counts of failures that limit nothing any more. */
export const tidy: JobDefinition<Record<string, never>> = {
  id: 'access.tidy',
  payload: z.object({}),
  attempts: 3,
  timeoutMs: 60_000,
  schedule: '17 3 * * *',
};

/** Binds the handlers. */
export function handleJobs(kernel: Kernel): void {
  kernel.jobs.handle(tidy, () => tidyUp(kernel));
}

export async function tidyUp(kernel: Kernel): Promise<void> {
  const db = kernel.postgres.as<AccessTables>();
  await db.deleteFrom('member_sessions').where('expires_at', '<=', new Date(kernel.clock.now())).execute();
  await forgetOldFailures(db, kernel.clock.now());
}
