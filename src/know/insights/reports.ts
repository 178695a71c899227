import type { QuestionKind } from './questions.ts';
import type { Report } from './report.ts';
import { answerActivity, peopleOfActivityCell } from './reports/activity/activity.ts';
import { answerFunnel, peopleOfFunnelCell } from './reports/funnel/funnel.ts';
import { answerLifecycle, peopleOfLifecycleCell } from './reports/lifecycle/lifecycle.ts';
import { answerPaths, peopleOfPathsCell } from './reports/paths/paths.ts';
import { answerRetention, peopleOfRetentionCell } from './reports/retention/retention.ts';
import { answerSessions, peopleOfSessionsCell } from './reports/sessions/sessions.ts';
import { answerStickiness, peopleOfStickinessCell } from './reports/stickiness/stickiness.ts';
import { answerTrend, peopleOfTrendCell } from './trend.ts';

/** Every kind of report. A new one: a folder in `reports/`, its schemas in the unions of `questions.ts` and `answers.ts`, a line here and one in `console/pages.tsx`. */
export const reports: { [Kind in QuestionKind]: Report<Kind> } = {
  trend: { answer: answerTrend, peopleOf: peopleOfTrendCell },
  funnel: { answer: answerFunnel, peopleOf: peopleOfFunnelCell },
  retention: { answer: answerRetention, peopleOf: peopleOfRetentionCell },
  lifecycle: { answer: answerLifecycle, peopleOf: peopleOfLifecycleCell },
  stickiness: { answer: answerStickiness, peopleOf: peopleOfStickinessCell },
  activity: { answer: answerActivity, peopleOf: peopleOfActivityCell },
  paths: { answer: answerPaths, peopleOf: peopleOfPathsCell },
  sessions: { answer: answerSessions, peopleOf: peopleOfSessionsCell },
};
