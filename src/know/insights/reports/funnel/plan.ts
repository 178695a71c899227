import { type Exclusion, type FunnelQuestion, type FunnelStep, type Matcher, windowMs } from './question.ts';

/** A session or a local day is at most this long; the window then is no further limit. */
const SESSION_MS = 24 * 3_600_000;
const LOCAL_DAY_MS = 25 * 3_600_000;

/** A question with everything filled in that it leaves open. Steps are counted from 0, exclusions hold for levels `[from, to)`, the number of steps reached. */
export interface Plan {
  question: FunnelQuestion;
  steps: PlannedStep[];
  windowMs: number;
  within: 'window' | 'calendarDay' | 'session';
  order: 'ordered' | 'strict' | 'unordered';
  entry: 'best' | 'first';
  count: 'users' | 'totals' | 'sessions';
  exclusions: Exclusion[];
  isRemoving: boolean;
  hold: string[];
  toleranceMs: number;
  /** Of the breakdown, when there is one. */
  attribution: { of: 'step' | 'first' | 'last' | 'all' | 'currentPerson' | 'personAtStep1'; step: number } | undefined;
}

export interface PlannedStep {
  matchers: Matcher[];
  isOptional: boolean;
  isAnchored: boolean;
  minGapMs: number;
  maxGapMs: number | undefined;
  /** Properties held constant, as they are called at this step. */
  hold: string[];
}

/** Fills in what a question leaves open. */
export function planOf(question: FunnelQuestion): Plan {
  const { within = 'window', order = 'ordered', entry = 'best', count = 'users', hold = [] } = question;
  return {
    question,
    steps: question.steps.map((step) => planStep(step, hold)),
    windowMs: within === 'session' ? SESSION_MS : within === 'calendarDay' ? LOCAL_DAY_MS : windowMs(question.window),
    within,
    order,
    entry,
    count,
    exclusions: question.exclusions ?? [],
    isRemoving: question.exclusionEffect === 'remove' && (question.exclusions ?? []).length > 0,
    hold,
    toleranceMs: question.reorderToleranceMs ?? 0,
    attribution: question.breakdown && (question.attribution ?? { of: 'step', step: 1 }),
  };
}

function planStep(step: FunnelStep, hold: readonly string[]): PlannedStep {
  return {
    matchers: [{ event: step.event, filters: step.filters }, ...(step.or ?? [])],
    isOptional: step.optional ?? false,
    isAnchored: step.anchored ?? false,
    minGapMs: step.minGap ? windowMs(step.minGap) : 0,
    maxGapMs: step.maxGap && windowMs(step.maxGap),
    hold: [...(step.hold ?? hold)],
  };
}

/** Attempts lie within a session, by the window or because sessions are counted. */
export function isBySession(plan: Plan): boolean {
  return plan.within === 'session' || plan.count === 'sessions';
}

/** The breakdown by a trait of the person. */
export function isByPerson(plan: Plan): boolean {
  return plan.attribution?.of === 'currentPerson' || plan.attribution?.of === 'personAtStep1';
}

/** A person (or session) is followed once for every value, so that it may stand in several groups. */
export function isFollowedByGroup(plan: Plan): boolean {
  const { attribution, count } = plan;
  return attribution?.of === 'all' || (attribution?.of === 'step' && count !== 'totals');
}

/** Levels from which a step can be reached: the one before, and those before optional steps in between. */
export function sourcesOf(plan: Plan, step: number): number[] {
  const sources = [step - 1];
  for (let source = step - 1; plan.steps[source]?.isOptional; source -= 1) sources.push(source - 1);
  return sources;
}

/** The last step before it that nobody can skip. */
export function requiredBefore(plan: Plan, step: number): number {
  return sourcesOf(plan, step).at(-1) ?? 0;
}

/**
 * Nothing but how far people came: `windowFunnel` answers it. Its steps must be told apart by the event's name, because it lets one event be two steps (its
 * mode `strict_once` does not, but follows every combination: 400 events of one person took 5 s, measured on 26.7).
 */
export function isPlain(plan: Plan): boolean {
  const { question, attribution } = plan;
  const names = plan.steps.flatMap((step) => [...new Set(step.matchers.map((matcher) => matcher.event))]);
  const isSimple = plan.order === 'ordered' && plan.entry === 'best' && plan.count === 'users' && plan.within === 'window';
  const isBare = plan.exclusions.length === 0 && plan.hold.length === 0 && plan.toleranceMs === 0;
  const isCounted = !question.times && !question.histogram && question.sumOf === undefined;
  const isOrdinary = plan.steps.every((step) => !step.isOptional && step.minGapMs === 0 && step.maxGapMs === undefined);
  const isAttributed = attribution === undefined || (attribution.of === 'step' && attribution.step === 1);
  return isSimple && isBare && isCounted && isOrdinary && isAttributed && new Set(names).size === names.length;
}
