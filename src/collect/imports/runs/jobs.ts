import { z } from 'zod';
import type { JobDefinition } from '../../../kernel/jobs/jobs.ts';

const HOUR_MS = 3_600_000;

/** Works through one file. */
export const runImportJob: JobDefinition<{ projectId: number; importId: string }> = {
  id: 'imports.run_file',
  payload: z.object({ projectId: z.number().int(), importId: z.uuid() }),
  attempts: 5,
  timeoutMs: 20 * HOUR_MS,
  singletonKey: ({ importId }) => importId,
};

/** Downloads one linked file. */
export const fetchFileJob: JobDefinition<{ projectId: number; fileId: string }> = {
  id: 'imports.fetch_file',
  payload: z.object({ projectId: z.number().int(), fileId: z.uuid() }),
  attempts: 3,
  timeoutMs: 12 * HOUR_MS,
  singletonKey: ({ fileId }) => fileId,
};

/** Removes files that nobody used for long. */
export const removeFilesJob: JobDefinition<Record<string, never>> = {
  id: 'imports.remove_files',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  attempts: 3,
  timeoutMs: HOUR_MS,
  schedule: '17 3 * * *',
};
