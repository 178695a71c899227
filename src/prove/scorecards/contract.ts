import { z } from 'zod';
import { defineRoute } from '../../kernel/http/contract.ts';
import { comparisonSchema, operationSchema, splitCheckSchema } from '../../try/operations/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';

/**
 * What can be said of an operation: it `works` or `harms` when the 95 % interval of the difference leaves out zero, `open` when it does not,
 * `untrusted` when the arms were not split as planned, `unmeasured` when there is nothing to compare.
 */
export const verdicts = ['works', 'harms', 'open', 'untrusted', 'unmeasured'] as const;
export type Verdict = (typeof verdicts)[number];

export const scorecardSchema = operationSchema.extend({
  entered: z.number().int(),
  active: z.number().int(),
  comparison: comparisonSchema,
  split: splitCheckSchema,
  verdict: z.enum(verdicts),
  /** People more than the control rate would have given: difference times treated people, with its interval. Null without a result. */
  gained: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
});
/** What one operation achieved against its goal and its control. */
export type Scorecard = z.infer<typeof scorecardSchema>;

export const listScorecards = defineRoute({
  id: 'scorecards.list_scorecards',
  method: 'GET',
  path: '/api/projects/:projectId/scorecards',
  summary: 'Holds every operation against its control group: goal rates, difference with a 95 % interval, and a verdict.',
  access: 'scorecards.read',
  params: projectParams,
  reply: z.object({ items: z.array(scorecardSchema) }),
});
