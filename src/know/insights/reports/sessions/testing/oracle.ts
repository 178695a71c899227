import type { SessionRule } from '../rule.ts';
import type { Walk, WalkEvent } from './walks.ts';

/** A session by the rule followed event by event. */
export interface PlainSession {
  person: number;
  events: WalkEvent[];
}

const HOUR_MS = 3_600_000;

export function winnerOf(walk: Walk, person: number): number {
  return walk.merges.find((merge) => merge.loser === person)?.winner ?? person;
}

export function localDay(time: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);
}

/** First instant of a local day, found by looking. */
export function startOf(day: string, timeZone: string): number {
  let time = Date.parse(day) - 26 * HOUR_MS;
  while (localDay(time, timeZone) < day) time += 15 * 60_000;
  return time;
}

const campaignOf = ({ properties }: WalkEvent): string => String(properties.$utm_campaign || properties.$utm_source || '');

export interface PlainCutting {
  rule: SessionRule | { kind: 'none' };
  range: { from: string; to: string };
  include: readonly string[];
  exclude: readonly string[];
  by: 'person' | 'device';
  passes?(event: WalkEvent): boolean;
}

/** The sessions that begin in the range. */
export function plainSessions(walk: Walk, cutting: PlainCutting): PlainSession[] {
  const { rule } = cutting;
  const from = startOf(cutting.range.from, walk.timeZone);
  const to = startOf(cutting.range.to, walk.timeZone);
  const margin = rule.kind === 'none' ? 0 : (rule.kind === 'given' ? 24 : rule.lengthMaxHours) * HOUR_MS;
  const counted = walk.events.filter((event) => {
    if (event.time < from - margin || event.time >= to + margin) return false;
    if (cutting.exclude.includes(event.event)) return false;
    if (cutting.include.length > 0 ? !cutting.include.includes(event.event) : event.passive || event.event === '$identify') return false;
    return (rule.kind !== 'given' || event.session !== '') && (cutting.passes?.(event) ?? true);
  });
  const sequences = Map.groupBy(counted, (event) => {
    const person = winnerOf(walk, event.person);
    return `${person} ${cutting.by === 'device' ? event.device : ''} ${rule.kind === 'given' ? event.session : ''}`;
  });
  return [...sequences.values()]
    .map((events) => events.sort((one, other) => one.time - other.time || one.sequence - other.sequence))
    .flatMap((events) => (rule.kind === 'rule' ? follow(walk, rule, events) : [events]))
    .filter(([first]) => first !== undefined && first.time >= from && first.time < to)
    .map((events) => ({ person: winnerOf(walk, events[0]?.person ?? 0), events }));
}

function follow(walk: Walk, rule: Extract<SessionRule, { kind: 'rule' }>, events: readonly WalkEvent[]): WalkEvent[][] {
  const sessions: WalkEvent[][] = [];
  let current: WalkEvent[] = [];
  let campaign = '';
  for (const event of events) {
    const [first] = current;
    const last = current.at(-1);
    const named = campaignOf(event);
    const isNew =
      !first ||
      !last ||
      event.time - last.time > rule.idleMinutes * 60_000 ||
      event.time - first.time >= rule.lengthMaxHours * HOUR_MS ||
      (rule.midnight && localDay(event.time, walk.timeZone) !== localDay(last.time, walk.timeZone)) ||
      (rule.campaign && named !== '' && campaign !== '' && named !== campaign) ||
      rule.startEvents.includes(event.event) ||
      rule.endEvents.includes(last.event);
    if (isNew) {
      current = [];
      campaign = '';
      sessions.push(current);
    }
    current.push(event);
    if (campaign === '') campaign = named;
  }
  return sessions;
}
