import { type SessionsQuestion, sessionsSchema } from '../question.ts';

/** Sessions by day, and where they come from. */
export const firstSessions: SessionsQuestion = sessionsSchema.parse({
  kind: 'sessions',
  range: { kind: 'last', count: 30, unit: 'day' },
  breakdowns: ['channel'],
  compare: true,
});

/** What the page "Web" asks: visits with everything that tells them apart. */
export const firstWeb: SessionsQuestion = sessionsSchema.parse({
  kind: 'sessions',
  range: { kind: 'last', count: 7, unit: 'day' },
  viewsOnly: true,
  breakdowns: ['channel', 'source', 'medium', 'campaign', 'landing', 'exit', 'device', 'browser', 'os', 'country', 'province', 'city'],
  pages: true,
  compare: true,
});
