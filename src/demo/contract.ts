import { z } from 'zod';
import { defineErrors } from '../kernel/errors/errors.ts';
import { defineRoute } from '../kernel/http/contract.ts';
import { projectParams } from '../workspace/projects/contract.ts';

export const demoSchema = z.object({
  /** `none`: this is no demo project. */
  state: z.enum(['none', 'waiting', 'importing', 'ready', 'failed']),
  /** Events to import and imported so far. */
  total: z.number().int(),
  done: z.number().int(),
  /** Seconds until the import ends, when it can be told. */
  secondsLeft: z.number().int().nullable(),
  /** Whether simulated people act right now. */
  isLive: z.boolean(),
});
export type Demo = z.infer<typeof demoSchema>;

export const getDemo = defineRoute({
  id: 'demo.get_demo',
  method: 'GET',
  path: '/api/projects/:projectId/demo',
  summary: 'Tells how far the demo data is and whether the live stream of demo events runs.',
  access: 'demo.read',
  params: projectParams,
  reply: demoSchema,
});

export const setLive = defineRoute({
  id: 'demo.set_live',
  method: 'PUT',
  path: '/api/projects/:projectId/demo/live',
  summary: 'Starts or stops a gentle live stream of simulated events (about one a second).',
  access: 'demo.write',
  params: projectParams,
  body: z.object({ isLive: z.boolean() }),
  reply: demoSchema,
});

export const refuseDemo = defineErrors('demo', {
  not_a_demo: { status: 409, message: 'the project is no demo project' },
  not_ready: { status: 409, message: 'the demo data is still being imported' },
});
