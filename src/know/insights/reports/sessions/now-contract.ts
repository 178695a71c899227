import { z } from 'zod';
import { sessionsSchema } from './question.ts';

/** What the panel of who is there now may be narrowed to. */
export const nowQuestionSchema = sessionsSchema.pick({ where: true, audience: true });
export type NowQuestion = z.infer<typeof nowQuestionSchema>;

export const nowAnswerSchema = z.object({
  asOf: z.number(),
  timeZone: z.string(),
  definitions: z.array(z.string()),
  /** People who did something in the last 5 and in the last 30 minutes. */
  peopleOf5Minutes: z.number(),
  peopleOf30Minutes: z.number(),
  /** One a minute, the oldest first; the last is still running. */
  minutes: z.array(z.object({ start: z.number(), people: z.number(), views: z.number() })),
  /** Most people of the last 5 minutes first. */
  pages: z.array(z.object({ page: z.string().nullable(), people: z.number(), views: z.number() })),
});
export type NowAnswer = z.infer<typeof nowAnswerSchema>;
