import {
  BarChartOutlined,
  BranchesOutlined,
  FieldTimeOutlined,
  FunnelPlotOutlined,
  HeartOutlined,
  LineChartOutlined,
  RetweetOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { Question, QuestionKind, SavedInsight } from '../contract.ts';
import { ActivityPage, firstActivity } from '../reports/activity/console/ActivityPage.tsx';
import { FunnelPage } from '../reports/funnel/console/FunnelPage.tsx';
import { firstLifecycle, LifecyclePage } from '../reports/lifecycle/console/LifecyclePage.tsx';
import { firstPaths } from '../reports/paths/console/first-paths.ts';
import { PathsPage } from '../reports/paths/console/PathsPage.tsx';
import { firstRetention, RetentionPage } from '../reports/retention/console/RetentionPage.tsx';
import { firstSessions } from '../reports/sessions/console/first-sessions.ts';
import { SessionsPage } from '../reports/sessions/console/SessionsPage.tsx';
import { firstStickiness, StickinessPage } from '../reports/stickiness/console/StickinessPage.tsx';
import { firstFunnel, firstTrend } from './first-questions.ts';
import { TrendPage } from './TrendPage.tsx';

type QuestionOf<Kind extends QuestionKind> = Extract<Question, { kind: Kind }>;

/** How a kind of report looks in the console. */
export interface ReportPage<Kind extends QuestionKind> {
  icon: ReactNode;
  /** What the page asks before the reader has asked anything. */
  first: QuestionOf<Kind>;
  page(props: { initial: QuestionOf<Kind>; saved: SavedInsight | undefined }): ReactNode;
  /** The events that a question is about, in order, for lists. */
  eventsOf(question: QuestionOf<Kind>): string[];
}

export const reportPages: { [Kind in QuestionKind]: ReportPage<Kind> } = {
  trend: { icon: <LineChartOutlined />, first: firstTrend, page: TrendPage, eventsOf: (question) => [question.event] },
  funnel: { icon: <FunnelPlotOutlined />, first: firstFunnel, page: FunnelPage, eventsOf: (question) => question.steps.map((step) => step.event) },
  retention: { icon: <RetweetOutlined />, first: firstRetention, page: RetentionPage, eventsOf: (question) => [question.start, question.return] },
  lifecycle: { icon: <HeartOutlined />, first: firstLifecycle, page: LifecyclePage, eventsOf: (question) => [question.event] },
  stickiness: { icon: <BarChartOutlined />, first: firstStickiness, page: StickinessPage, eventsOf: (question) => [question.event] },
  activity: { icon: <TeamOutlined />, first: firstActivity, page: ActivityPage, eventsOf: (question) => [question.event] },
  paths: { icon: <BranchesOutlined />, first: firstPaths, page: PathsPage, eventsOf: (question) => question.include },
  sessions: { icon: <FieldTimeOutlined />, first: firstSessions, page: SessionsPage, eventsOf: (question) => question.include },
};

/** The page of a kind; undefined for a word that names none. */
export function pageOf(kind: string): ReportPage<QuestionKind> | undefined {
  return kind in reportPages ? (reportPages[kind as QuestionKind] as ReportPage<QuestionKind>) : undefined;
}
