import { z } from 'zod';
import type { JobDefinition } from '../../kernel/jobs/jobs.ts';
import { DAILY_AT } from './rules.ts';

/** Mutations of large tables take their time. */
const TIMEOUT_MS = 3_600_000;
const ERASE_TIMEOUT_MS = 1_800_000;

/** Once a day: what is older than the rules allow is deleted, in every project. */
export const expireDaily: JobDefinition<Record<string, never>> = {
  id: 'retention.expire_daily',
  payload: z.object({}).strict() as z.ZodType<Record<string, never>>,
  attempts: 3,
  timeoutMs: TIMEOUT_MS,
  schedule: DAILY_AT,
};

/** The same for one project, when a member asks for it. */
export const expireNow: JobDefinition<{ projectId: number }> = {
  id: 'retention.expire_now',
  payload: z.object({ projectId: z.number() }),
  attempts: 3,
  timeoutMs: TIMEOUT_MS,
  singletonKey: ({ projectId }) => String(projectId),
};

/** Erases one person. */
export const eraseRequested: JobDefinition<{ erasureId: string }> = {
  id: 'retention.erase',
  payload: z.object({ erasureId: z.string() }),
  attempts: 8,
  timeoutMs: ERASE_TIMEOUT_MS,
  singletonKey: ({ erasureId }) => erasureId,
};

/** Some minutes later: was anything under way elsewhere? */
export const checkErasure: JobDefinition<{ erasureId: string }> = {
  id: 'retention.check_erasure',
  payload: z.object({ erasureId: z.string() }),
  attempts: 5,
  timeoutMs: ERASE_TIMEOUT_MS,
  singletonKey: ({ erasureId }) => erasureId,
};

export const CHECK_AFTER_MS = 180_000;
