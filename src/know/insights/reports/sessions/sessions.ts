import type { Group } from '../../answers.ts';
import { refuse } from '../../contract.ts';
import { type Frame, groundOf, type Piece } from '../../frame.ts';
import { type BucketedRange, onlyBucket, previousRange, resolveBuckets } from '../../range.ts';
import type { SessionMeasures, SessionsAnswer, SessionsCell } from './answer.ts';
import { bucketSql, type MeasuredSessions, measurePages, measureSessions, peopleOfSessions, topValues } from './queries/measure-sessions.ts';
import { sessionRows, viewsSql } from './queries/session-rows.ts';
import type { SessionAttribute, SessionsQuestion } from './question.ts';
import { definitionsOfRule } from './rule.ts';

const PAGES_MAX = 100;
const nothing: SessionMeasures = { sessions: 0, people: 0, visitors: 0, views: 0, events: 0, bounced: 0, engaged: 0, durationMs: 0 };

/** Answers sessions: everything of a period in one pass, pages and the period before in one more each. */
export async function answerSessions(frame: Frame, question: SessionsQuestion): Promise<SessionsAnswer> {
  const range = resolveBuckets(question.range, question.interval, frame.timeZone, frame.asOf);
  const before = question.compare ? previousRange(range, frame.timeZone, frame.asOf) : undefined;
  const [measured, previous, pages] = await Promise.all([
    measureSessions(frame, question, range, question.breakdowns),
    before && measureSessions(frame, question, before, []),
    question.pages ? measurePages(frame, question, range, PAGES_MAX) : undefined,
  ]);
  return {
    kind: 'sessions',
    ...groundOf(frame, range, definitionsOf(question)),
    buckets: range.buckets,
    ...seriesOf(range, measured),
    ...(before && previous && previousOf(before, previous)),
    tables: question.breakdowns.map((attribute, place) =>
      tableOf(
        attribute,
        measured.filter((row) => row.axis === place),
      ),
    ),
    ...(pages && { pages: { rows: pages.slice(0, PAGES_MAX), truncated: pages.length > PAGES_MAX } }),
  };
}

function measuresOf(row: MeasuredSessions | undefined): SessionMeasures {
  if (!row) return nothing;
  const { axis: _axis, value: _value, isOther: _isOther, ...measures } = row;
  return measures;
}

function seriesOf(range: BucketedRange, measured: readonly MeasuredSessions[]): Pick<SessionsAnswer, 'series' | 'total'> {
  const byLabel = new Map(measured.filter((row) => row.axis === -1).map((row) => [row.value, row]));
  return {
    series: range.buckets.map(({ label }, place) => measuresOf(byLabel.get(range.interval === 'hour' ? String(place) : label))),
    total: measuresOf(measured.find((row) => row.axis === -2)),
  };
}

function previousOf(range: BucketedRange, measured: readonly MeasuredSessions[]) {
  const { series, total } = seriesOf(range, measured);
  return { previousBuckets: range.buckets, previousSeries: series, previousTotal: total };
}

function tableOf(attribute: SessionAttribute, measured: readonly MeasuredSessions[]): SessionsAnswer['tables'][number] {
  const groupOf = ({ isOther, value }: MeasuredSessions): Group => {
    if (isOther) return { kind: 'other' };
    return value === null ? { kind: 'none' } : { kind: 'value', value };
  };
  const order: Record<Group['kind'], number> = { all: 0, value: 0, other: 1, none: 2 };
  const rows = measured
    .map((row) => ({ group: groupOf(row), ...measuresOf(row), text: row.value ?? '' }))
    .sort((one, other) => order[one.group.kind] - order[other.group.kind] || other.sessions - one.sessions || (one.text < other.text ? -1 : 1));
  return { attribute, rows: rows.map(({ text: _, ...row }) => row), truncated: measured.some((row) => row.isOther) };
}

function definitionsOf(question: SessionsQuestion): string[] {
  const keys = [
    ...definitionsOfRule(question.rule),
    `session_by_${question.by}`,
    'session_measures',
    'session_bounce',
    'session_engaged',
    'session_visitors',
  ];
  if (question.viewsOnly) keys.push('session_views_only');
  if (question.breakdowns.length > 0 || question.where.length > 0) keys.push('session_attributes');
  if (question.pages) keys.push('session_pages');
  if (question.audience) keys.push('audience');
  return [...keys, 'session_limits', 'identity'];
}

/** Who is behind a number of sessions. Throws `insights.no_such_cell`. */
export async function peopleOfSessionsCell(frame: Frame, question: SessionsQuestion, cell: SessionsCell): Promise<Piece> {
  const current = resolveBuckets(question.range, question.interval, frame.timeZone, frame.asOf);
  const range = cell.previous ? previousRange(current, frame.timeZone, frame.asOf) : current;
  const attribute = cell.group.kind === 'all' ? undefined : question.breakdowns.find((one) => one === cell.attribute);
  if (cell.group.kind !== 'all' && attribute === undefined) throw refuse('no_such_cell');
  const rows = sessionRows(frame, question, range, attribute === undefined ? [] : [attribute]);
  const conditions: Piece[] = [];
  if (cell.which !== 'all') conditions.push({ sql: cell.which, parameters: {} });
  if (cell.bucket !== undefined) conditions.push(bucketTest(frame, range, cell.bucket));
  if (attribute !== undefined)
    conditions.push(await groupTest(frame, question, { group: cell.group, range: current, attribute, column: rows.attribute(attribute) }));
  if (cell.page) conditions.push(pageTest(rows, cell.page));
  return peopleOfSessions(rows, conditions);
}

function bucketTest(frame: Frame, range: BucketedRange, start: number): Piece {
  const place = range.buckets.findIndex((bucket) => bucket.start === start);
  const only = onlyBucket(range, start, frame.timeZone);
  if (!only) throw refuse('no_such_cell');
  const label = range.interval === 'hour' ? String(place) : (range.buckets[place]?.label ?? '');
  return { sql: `${bucketSql(range)} = {cellBucket:String}`, parameters: { cellBucket: label, timeZone: frame.timeZone } };
}

async function groupTest(
  frame: Frame,
  question: SessionsQuestion,
  at: { group: Group; range: BucketedRange; attribute: SessionAttribute; column: string },
): Promise<Piece> {
  const { group, column } = at;
  if (group.kind === 'none') return { sql: `isNull(${column})`, parameters: {} };
  if (group.kind === 'value') return { sql: `ifNull(${column} = {cellValue:String}, 0)`, parameters: { cellValue: group.value } };
  const cellTop = await topValues(frame, question, at.range, at.attribute);
  return { sql: `isNotNull(${column}) AND NOT has({cellTop:Array(String)}, assumeNotNull(${column}))`, parameters: { cellTop } };
}

function pageTest(rows: ReturnType<typeof sessionRows>, { page, as }: NonNullable<SessionsCell['page']>): Piece {
  const isPage = page === null ? 'isNull(view.1)' : 'ifNull(view.1 = {cellPage:String}, 0)';
  const place = { viewed: '1', entry: 'view.2', exit: 'view.3' }[as];
  return { sql: `arrayExists(view -> ${isPage} AND ${place}, ${viewsSql(rows)})`, parameters: page === null ? {} : { cellPage: page } };
}
