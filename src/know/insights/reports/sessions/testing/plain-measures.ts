import type { PageRow, SessionMeasures } from '../answer.ts';
import type { SessionAttribute, SessionsQuestion } from '../question.ts';
import { localDay, type PlainSession, plainSessions } from './oracle.ts';
import type { Walk, WalkEvent } from './walks.ts';

const isView = (event: WalkEvent) => event.event === '$page';
const isDone = (event: WalkEvent) => !isView(event) && event.event !== '$page_leave' && event.properties.interactive !== false;
const pageOf = (event: WalkEvent): string | null => (event.properties.path ? String(event.properties.path) : null);
const properties: Record<string, string> = { channel: '$channel', campaign: '$utm_campaign', device: '$device_type' };

/** A session with what the report says of it, followed by hand. */
export interface MeasuredSession extends PlainSession {
  startMs: number;
  visitor: string;
  views: WalkEvent[];
  isBounced: boolean;
  isEngaged: boolean;
  durationMs: number;
}

export function measured(walk: Walk, question: SessionsQuestion, range: { from: string; to: string }): MeasuredSession[] {
  return plainSessions(walk, { ...question, range })
    .map((session) => measureOne(session, question))
    .filter((session) => !question.viewsOnly || session.views.length > 0)
    .filter((session) => question.where.every(({ attribute, value }) => attributeOf(session, attribute) === value));
}

function measureOne(session: PlainSession, question: SessionsQuestion): MeasuredSession {
  const { events, person } = session;
  const startMs = events[0]?.time ?? 0;
  const views = events.filter(isView);
  const durationMs = (events.at(-1)?.time ?? 0) - startMs;
  const leaves = events.filter((event) => event.event === '$page_leave');
  const inSightMs = leaves.reduce((sum, event) => sum + seenMs(event), 0);
  return {
    ...session,
    startMs,
    visitor: events[0]?.device || `person ${person}`,
    views,
    durationMs,
    isBounced: views.length === 1 && !events.some(isDone),
    isEngaged:
      (leaves.length > 0 ? inSightMs : durationMs) > 10_000 || views.length > 1 || events.some((event) => question.keyEvents.includes(event.event)),
  };
}

const seenMs = (event: WalkEvent) => Number(event.properties.visible_duration ?? 0) * 1_000;

/** The value of an attribute: the page of the first or last view, else the first value set. */
export function attributeOf(session: MeasuredSession, attribute: SessionAttribute): string | null {
  const [first] = session.views;
  const last = session.views.at(-1);
  if (attribute === 'landing') return first ? pageOf(first) : null;
  if (attribute === 'exit') return last ? pageOf(last) : null;
  for (const { properties: set } of session.events) {
    if (attribute === 'source' && set.$utm_source !== undefined) return String(set.$utm_source);
    const value = set[properties[attribute] ?? attribute.slice('property:'.length)];
    if (value !== undefined) return String(value);
  }
  return null;
}

export function sums(sessions: readonly MeasuredSession[]): SessionMeasures {
  const add = (of: (session: MeasuredSession) => number) => sessions.reduce((total, session) => total + of(session), 0);
  return {
    sessions: sessions.length,
    people: peopleOf(sessions).length,
    visitors: new Set(sessions.map((session) => session.visitor)).size,
    views: add((session) => session.views.length),
    events: add((session) => session.events.length),
    bounced: add((session) => Number(session.isBounced)),
    engaged: add((session) => Number(session.isEngaged)),
    durationMs: add((session) => session.durationMs),
  };
}

export function peopleOf(sessions: readonly PlainSession[]): number[] {
  return [...new Set(sessions.map((session) => session.person))].sort((one, other) => one - other);
}

/** The greatest values by sessions, equal ones by their text. */
export function topOf(sessions: readonly MeasuredSession[], attribute: SessionAttribute, limit: number): string[] {
  const byValue = Map.groupBy(sessions, (session) => attributeOf(session, attribute));
  return [...byValue]
    .flatMap(([value, of]) => (value === null ? [] : [{ value, sessions: of.length }]))
    .sort((one, other) => other.sessions - one.sessions || (one.value < other.value ? -1 : 1))
    .slice(0, limit)
    .map(({ value }) => value);
}

export function dayOfSession(walk: Walk, session: MeasuredSession): string {
  return localDay(session.startMs, walk.timeZone);
}

/** A row for each page, in no order. */
export function pages(sessions: readonly MeasuredSession[]): PageRow[] {
  const seen = sessions.flatMap((session) =>
    session.views.map((view, place) => {
      const next = session.views[place + 1];
      const leave = session.events.findLast(
        (event) => event.event === '$page_leave' && isAfter(event, view) && pageOf(view) !== null && pageOf(event) === pageOf(view),
      );
      const dwellMs = next ? next.time - view.time : leave ? seenMs(leave) : null;
      return { page: pageOf(view), session, isEntry: place === 0, isExit: !next, dwellMs };
    }),
  );
  return [...Map.groupBy(seen, (view) => view.page)].map(([page, views]) => {
    const timed = views.flatMap((view) => view.dwellMs ?? []);
    return {
      page,
      views: views.length,
      people: peopleOf(views.map((view) => view.session)).length,
      entries: views.filter((view) => view.isEntry).length,
      exits: views.filter((view) => view.isExit).length,
      bounced: views.filter((view) => view.isEntry && view.session.isBounced).length,
      dwellMs: timed.length === 0 ? null : timed.reduce((sum, ms) => sum + ms, 0) / timed.length,
    };
  });
}

const isAfter = (one: WalkEvent, other: WalkEvent) => one.time > other.time || (one.time === other.time && one.sequence > other.sequence);
