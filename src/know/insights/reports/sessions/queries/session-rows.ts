import type { Frame, Piece } from '../../../frame.ts';
import { propertyNumber, propertyPath, propertyText } from '../../../property.ts';
import type { ResolvedRange } from '../../../range.ts';
import type { SessionAttribute, SessionsQuestion } from '../question.ts';
import { type CutSessions, cutSessions, deviceSql } from './cut-sessions.ts';

/** Events that show a page or a screen, and the one that tells for how long. */
const VIEWS = `('$page', '$screen')`;
const LEAVE = '$page_leave';
/** Bits of an event: it is a view, something done, a key event, a leave with its time. */
const [VIEW, DONE, KEY, LEFT] = [1, 2, 4, 8];
/** Time in sight that makes a session engaged. */
const ENGAGED_MS = 10_000;

const filled = (name: string) => `nullIf(${propertyText(name)}, '')`;
const PAGE = `coalesce(${filled('path')}, ${filled('url')}, ${filled('name')})`;

const attributeSql: Record<string, string> = {
  channel: propertyText('$channel'),
  source: `coalesce(${filled('$utm_source')}, ${propertyText('$referrer_host')})`,
  medium: propertyText('$utm_medium'),
  campaign: propertyText('$utm_campaign'),
  referrer: propertyText('$referrer_host'),
  device: propertyText('$device_type'),
  browser: propertyText('$browser'),
  os: propertyText('$os'),
  country: propertyText('$country'),
  province: propertyText('$province'),
  city: propertyText('$city'),
  language: propertyText('$language'),
};

/** Sessions with what reports ask of them. */
export interface SessionRows extends Piece {
  /** SQL of an attribute of the row; null when no event of the session has it. */
  attribute(name: SessionAttribute): string;
  cut: CutSessions;
}

/**
 * One row a session of the period that passes the question: `person`, `device`, `start_ms`, `duration`, `events`, `views`, `bounced`, `engaged`, and the
 * attributes that are asked for. `session` stays for those who look at single views.
 */
export function sessionRows(frame: Frame, question: SessionsQuestion, range: ResolvedRange, asked: readonly SessionAttribute[]): SessionRows {
  const names = [...new Set([...asked, ...question.where.map(({ attribute }) => attribute)])];
  const own = names.filter((name) => name !== 'landing' && name !== 'exit');
  const keys = question.keyEvents.length > 0 ? 'has({keyEvents:Array(String)}, event)' : '0';
  const isDone = `(event NOT IN ${VIEWS} AND event != '${LEAVE}' AND ifNull(${propertyPath('interactive')}.:Bool, true))`;
  const cut = cutSessions(frame, {
    rule: question.rule,
    range,
    include: question.include,
    exclude: question.exclude,
    filters: question.filters,
    by: question.by,
    columns: [
      {
        name: 'bits',
        sql: `toUInt8(if(event IN ${VIEWS}, ${VIEW}, 0) + if(${isDone}, ${DONE}, 0) + if(${keys}, ${KEY}, 0) + if(event = '${LEAVE}', ${LEFT}, 0))`,
      },
      { name: 'device', sql: deviceSql(frame) },
      { name: 'page', sql: `if(event IN ${VIEWS} OR event = '${LEAVE}', ${PAGE}, NULL)`, isNullable: true },
      {
        name: 'seen',
        sql: `if(event = '${LEAVE}', toUInt32(greatest(0, least(86400, ifNull(${propertyNumber('visible_duration')}, 0))) * 1000), toUInt32(0))`,
      },
      ...own.map((name, index) => ({ name: `attribute${index}`, sql: sqlOf(name), isNullable: true })),
    ],
  });
  const has = (event: string, bit: number) => `bitAnd(${cut.of(event, 'bits')}, ${bit}) > 0`;
  const sums = `person, session, arrayFilter(event -> ${has('event', VIEW)}, session) AS seen_views, ${cut.of('session[1]', 'device')} AS device, ${cut.ms('session[1]')} AS start_ms,
    ${cut.ms('session[-1]')} - start_ms AS duration, length(session) AS events, length(seen_views) AS views,
    arraySum(event -> ${cut.of('event', 'seen')}, session) AS in_sight, arrayExists(event -> ${has('event', LEFT)}, session) AS is_sight_known,
    views = 1 AND NOT arrayExists(event -> ${has('event', DONE)}, session) AS bounced,
    if(is_sight_known, in_sight, duration) > ${ENGAGED_MS} OR views > 1 OR arrayExists(event -> ${has('event', KEY)}, session) AS engaged`;
  const columnOf = (name: SessionAttribute) => `attribute_${names.indexOf(name)}`;
  const values = names.map((name) => `${attributeValue(cut, name, own.indexOf(name))} AS ${columnOf(name)}`);
  const tests = question.where.map(({ attribute, value }, index) =>
    value === null ? `isNull(${columnOf(attribute)})` : `ifNull(${columnOf(attribute)} = {where${index}:String}, 0)`,
  );
  const where = [...(question.viewsOnly ? ['views > 0'] : []), ...tests];
  return {
    sql: `SELECT * FROM (SELECT ${[sums, ...values].join(', ')} FROM (${cut.sql})) ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}`,
    parameters: {
      ...cut.parameters,
      ...(question.keyEvents.length > 0 && { keyEvents: question.keyEvents }),
      ...Object.fromEntries(question.where.flatMap(({ value }, index) => (value === null ? [] : [[`where${index}`, value]]))),
    },
    attribute: columnOf,
    cut,
  };
}

function sqlOf(name: SessionAttribute): string {
  return attributeSql[name] ?? propertyText(name.slice('property:'.length));
}

function attributeValue(cut: CutSessions, name: SessionAttribute, place: number): string {
  if (name === 'landing') return `if(views = 0, NULL, ${cut.of('seen_views[1]', 'page')})`;
  if (name === 'exit') return `if(views = 0, NULL, ${cut.of('seen_views[-1]', 'page')})`;
  const value = (event: string) => cut.of(event, `attribute${place}`);
  return `${value(`arrayFirst(event -> isNotNull(${value('event')}), session)`)}`;
}

/** SQL of the views of a row as tuples (page, is the first, is the last, dwell in ms or null). */
export function viewsSql({ cut }: SessionRows): string {
  const page = (event: string) => cut.of(event, 'page');
  const last = 'seen_views[-1]';
  const leave = `arrayLast(event -> bitAnd(${cut.of('event', 'bits')}, ${LEFT}) > 0 AND ${cut.of('event', 'moment')} > ${cut.of(last, 'moment')} AND ifNull(${page('event')} = ${page(last)}, 0), session)`;
  const times = `arrayMap(event -> ${cut.ms('event')}, seen_views)`;
  return `arrayMap((event, place, time, next_time) -> (${page('event')}, place = 1, place = views, if(place < views, next_time - time, last_dwell)),
    seen_views, arrayEnumerate(seen_views), ${times}, arrayResize(arrayPopFront(${times}), length(seen_views), toInt64(0)))`.replace(
    'last_dwell',
    `if(${cut.of(leave, 'bits')} = 0, NULL, toInt64(${cut.of(leave, 'seen')}))`,
  );
}
