import { type Frame, groundOf } from '../../frame.ts';
import type { NowAnswer, NowQuestion } from './now-contract.ts';
import { sessionRows } from './queries/session-rows.ts';
import { type SessionsQuestion, sessionsSchema } from './question.ts';

const MINUTE_MS = 60_000;
/** Minutes that are shown. */
const MINUTES = 30;
const LATELY_MINUTES = 5;
const PAGES_MAX = 10;
/** A filter looks at sessions that began within this time. */
const SESSIONS_MS = 24 * 3_600_000;

/** Who is there now: one read of the last half hour. */
export async function answerNow(frame: Frame, question: NowQuestion): Promise<NowAnswer> {
  const last = Math.floor(frame.asOf / MINUTE_MS) * MINUTE_MS;
  const from = last - (MINUTES - 1) * MINUTE_MS;
  const people = narrowed(frame, question);
  const rows = await frame.rows<{ minute: number | null; page: string | null; isPage: number; lately: number; people: number; views: number }>({
    sql: `SELECT if(grouping(minute_place) = 0, minute_place, NULL) AS minute, if(grouping(page_name) = 0, page_name, NULL) AS page, grouping(page_name) = 0 AS isPage,
  toFloat64(groupBitmapIf(person, is_late)) AS lately, toFloat64(groupBitmap(person)) AS people, toFloat64(countIf(is_view)) AS views
FROM (
  SELECT toUInt32(${frame.person}) AS person, toInt32(intDiv(toUnixTimestamp64Milli(time) - {nowFrom:Int64}, ${MINUTE_MS})) AS minute_place, time > fromUnixTimestamp64Milli({lately:Int64}, 'UTC') AS is_late,
    event IN ('$page', '$screen') AS is_view, if(is_view AND is_late, coalesce(properties.path.:String, properties.url.:String, properties.name.:String), NULL) AS page_name
  FROM events
  WHERE project_id = {projectId:UInt32} AND passive = 0 AND event NOT IN ('$identify', '$group', '$alias')
    AND time >= fromUnixTimestamp64Milli({nowFrom:Int64}, 'UTC') AND time <= fromUnixTimestamp64Milli({nowTo:Int64}, 'UTC') ${people.sql}
)
GROUP BY GROUPING SETS ((), (minute_place), (page_name))`,
    parameters: { ...people.parameters, nowFrom: from, nowTo: frame.asOf, lately: frame.asOf - LATELY_MINUTES * MINUTE_MS },
  });
  const all = rows.find((row) => row.minute === null && !row.isPage);
  const byMinute = new Map(rows.flatMap((row) => (row.minute === null ? [] : [[row.minute, row]])));
  const { asOf, timeZone } = groundOf(frame, { from, to: frame.asOf }, []);
  return {
    asOf,
    timeZone,
    definitions: ['now_people', 'now_pages', ...(question.where.length > 0 ? ['now_where'] : []), 'identity'],
    peopleOf5Minutes: all?.lately ?? 0,
    peopleOf30Minutes: all?.people ?? 0,
    minutes: Array.from({ length: MINUTES }, (_, place) => {
      const row = byMinute.get(place);
      return { start: from + place * MINUTE_MS, people: row?.people ?? 0, views: row?.views ?? 0 };
    }),
    pages: rows
      .filter((row) => row.isPage && row.page !== null)
      .sort((one, other) => other.lately - one.lately || other.views - one.views || ((one.page ?? '') < (other.page ?? '') ? -1 : 1))
      .slice(0, PAGES_MAX)
      .map(({ page, lately, views }) => ({ page, people: lately, views })),
  };
}

/** People of the sessions that pass the filter and began within a day. */
function narrowed(frame: Frame, question: NowQuestion): { sql: string; parameters: ReturnType<typeof sessionRows>['parameters'] } {
  if (question.where.length === 0) {
    return { sql: frame.audience ? `AND ${frame.person} GLOBAL IN (${frame.audience.sql})` : '', parameters: {} };
  }
  const day: SessionsQuestion = sessionsSchema.parse({ kind: 'sessions', range: { kind: 'last', count: 24, unit: 'hour' }, where: question.where });
  const rows = sessionRows(frame, day, { from: frame.asOf - SESSIONS_MS, to: frame.asOf + 1, fromDay: '', toDay: '' }, []);
  return { sql: `AND ${frame.person} GLOBAL IN (SELECT person FROM (${rows.sql}))`, parameters: rows.parameters };
}
