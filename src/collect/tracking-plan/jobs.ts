import { z } from 'zod';
import type { JobDefinition } from '../../kernel/jobs/jobs.ts';

const nothing = z.object({}).strict() as z.ZodType<Record<string, never>>;

/** Replays everything that a filter matched, as `Replays.begin` wrote it down. */
export const replayJob: JobDefinition<{ projectId: number; replayId: string }> = {
  id: 'tracking-plan.replay',
  payload: z.object({ projectId: z.number().int(), replayId: z.uuid() }),
  attempts: 10,
  timeoutMs: 3_600_000,
  singletonKey: ({ replayId }) => replayId,
};

/** Every hour: takes out kept events past their age and old figures. */
export const purgePlan: JobDefinition<Record<string, never>> = {
  id: 'tracking-plan.purge',
  payload: nothing,
  attempts: 2,
  timeoutMs: 300_000,
  schedule: '17 * * * *',
};

/** Every night: brings what was seen in line with the stream, for every project. */
export const surveyAll: JobDefinition<Record<string, never>> = {
  id: 'tracking-plan.survey',
  payload: nothing,
  attempts: 2,
  timeoutMs: 1_800_000,
  schedule: '40 2 * * *',
};
