import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';
import { personBriefSchema } from '../audiences/contract.ts';
import { cellSchema, funnelAnswerSchema, retentionAnswerSchema, trendAnswerSchema } from './answers.ts';
import { funnelSchema, questionKinds, questionSchema, retentionSchema, trendSchema } from './questions.ts';
import { activityAnswerSchema } from './reports/activity/answer.ts';
import { activitySchema } from './reports/activity/question.ts';
import { lifecycleAnswerSchema } from './reports/lifecycle/answer.ts';
import { lifecycleSchema } from './reports/lifecycle/question.ts';
import { pathsAnswerSchema } from './reports/paths/answer.ts';
import { pathsSchema } from './reports/paths/question.ts';
import { sessionsAnswerSchema } from './reports/sessions/answer.ts';
import { nowAnswerSchema, nowQuestionSchema } from './reports/sessions/now-contract.ts';
import { sessionsSchema } from './reports/sessions/question.ts';
import { stickinessAnswerSchema } from './reports/stickiness/answer.ts';
import { stickinessSchema } from './reports/stickiness/question.ts';

export * from './answers.ts';
export * from './questions.ts';

/** `POST .../insights/<kind>` with a question of that kind. */
function askRoute<Kind extends string, Q extends z.ZodType, A extends z.ZodType>(kind: Kind, summary: string, schemas: { question: Q; answer: A }) {
  return defineRoute({
    id: `insights.ask_${kind}`,
    method: 'POST',
    path: `/api/projects/:projectId/insights/${kind}`,
    summary,
    access: 'insights.read',
    params: projectParams,
    body: schemas.question,
    reply: schemas.answer,
  });
}

export const askTrend = askRoute('trend', 'Counts events or people per hour, day, week or month.', {
  question: trendSchema,
  answer: trendAnswerSchema,
});
export const askFunnel = askRoute('funnel', 'Shows how far people come along 2 to 32 steps.', {
  question: funnelSchema,
  answer: funnelAnswerSchema,
});
export const askRetention = askRoute('retention', 'Shows how many of those who started come back in later intervals.', {
  question: retentionSchema,
  answer: retentionAnswerSchema,
});
export const askLifecycle = askRoute('lifecycle', 'Shows who is new, stays, comes back and falls asleep in each interval.', {
  question: lifecycleSchema,
  answer: lifecycleAnswerSchema,
});
export const askStickiness = askRoute('stickiness', 'Shows in how many intervals of a period people did something.', {
  question: stickinessSchema,
  answer: stickinessAnswerSchema,
});
export const askActivity = askRoute('activity', 'Counts active and new people by calendar interval or over trailing days.', {
  question: activitySchema,
  answer: activityAnswerSchema,
});

export const askPaths = askRoute('paths', 'Shows which ways people take through their sessions.', {
  question: pathsSchema,
  answer: pathsAnswerSchema,
});
export const askSessions = askRoute('sessions', 'Measures sessions: how many, how long, how deep, where they come from and end.', {
  question: sessionsSchema,
  answer: sessionsAnswerSchema,
});
export const askWebNow = askRoute('now', 'Counts who is there now, by minute, and what they look at.', {
  question: nowQuestionSchema,
  answer: nowAnswerSchema,
});

/** A number of an answer: the question, the instant `asOf` of the answer, and the cell. */
export const numberSchema = z.object({ question: questionSchema, asOf: z.number().int().min(0).max(4_102_444_800_000), cell: cellSchema });
export type NumberOfAnswer = z.infer<typeof numberSchema>;

export const listPeopleBehind = defineRoute({
  id: 'insights.list_people_behind',
  method: 'POST',
  path: '/api/projects/:projectId/insights/people',
  summary: 'Lists the people behind one number of an answer.',
  access: 'insights.read',
  params: projectParams,
  body: numberSchema.extend({ limit: z.int().min(1).max(200).default(50), cursor: z.string().max(20).regex(/^\d+$/).optional() }),
  reply: z.object({
    items: z.array(personBriefSchema),
    /** How many there are in all. */
    total: z.number(),
    nextCursor: z.string().optional(),
  }),
});

export const saveSegmentOfPeople = defineRoute({
  id: 'insights.save_segment_of_people',
  method: 'POST',
  path: '/api/projects/:projectId/insights/segment',
  summary: 'Saves the people behind one number as a segment.',
  access: 'segments.write',
  params: projectParams,
  body: numberSchema.extend({ name: z.string().trim().min(1).max(120) }),
  reply: z.object({
    segmentId: z.number(),
    /** `condition`: a rule that gives exactly these people and stays live. `list`: these people as they are now, each marked by a `$listed` fact. */
    kind: z.enum(['condition', 'list']),
    people: z.number(),
  }),
  status: 201,
});

const savedInsightSchema = z.object({
  insightId: z.uuid(),
  name: z.string(),
  kind: z.enum(questionKinds),
  question: questionSchema,
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type SavedInsight = z.infer<typeof savedInsightSchema>;

const nameSchema = z.string().trim().min(1).max(120);
const insightParams = projectParams.extend({ insightId: z.uuid() });

export const listInsights = defineRoute({
  id: 'insights.list_insights',
  method: 'GET',
  path: '/api/projects/:projectId/insights',
  summary: 'Lists saved insights, the last changed first.',
  access: 'insights.read',
  params: projectParams,
  query: z.object({
    search: z.string().trim().max(120).optional(),
    kind: z.enum(questionKinds).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(100).optional(),
  }),
  reply: z.object({ items: z.array(savedInsightSchema), nextCursor: z.string().optional() }),
});

export const readInsight = defineRoute({
  id: 'insights.read_insight',
  method: 'GET',
  path: '/api/projects/:projectId/insights/:insightId',
  summary: 'Reads one saved insight.',
  access: 'insights.read',
  params: insightParams,
  reply: savedInsightSchema,
});

export const saveInsight = defineRoute({
  id: 'insights.save_insight',
  method: 'POST',
  path: '/api/projects/:projectId/insights',
  summary: 'Saves a question under a name.',
  access: 'insights.write',
  params: projectParams,
  body: z.object({ name: nameSchema, question: questionSchema }),
  reply: savedInsightSchema,
  status: 201,
});

export const changeInsight = defineRoute({
  id: 'insights.change_insight',
  method: 'PATCH',
  path: '/api/projects/:projectId/insights/:insightId',
  summary: 'Changes the name or the question of a saved insight.',
  access: 'insights.write',
  params: insightParams,
  body: z.object({ name: nameSchema.optional(), question: questionSchema.optional() }),
  reply: savedInsightSchema,
});

export const removeInsight = defineRoute({
  id: 'insights.remove_insight',
  method: 'DELETE',
  path: '/api/projects/:projectId/insights/:insightId',
  summary: 'Removes a saved insight.',
  access: 'insights.write',
  params: insightParams,
  status: 204,
});

export const refuse = defineErrors('insights', {
  too_many_buckets: { status: 400, message: 'the range has more intervals than a report may show' },
  no_such_cell: { status: 400, message: 'the answer has no such number' },
  too_slow: { status: 422, message: 'the report took longer than it may' },
  too_heavy: { status: 422, message: 'the report needed more memory than it may take' },
  unknown_insight: { status: 404, message: 'no such insight' },
  bad_pattern: { status: 400, message: 'the engine cannot compile a pattern' },
  too_many_people: { status: 422, message: 'more people than a fixed list may hold' },
  bad_cursor: { status: 400, message: 'the cursor was not made by this list' },
});
