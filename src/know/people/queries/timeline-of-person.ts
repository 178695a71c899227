import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';
import type { TimelineEntry } from '../contract.ts';

/** A place in a timeline: the order of events is time, sequence, message. */
export interface TimelinePlace {
  /** ms */
  time: number;
  sequence: number;
  messageId: string;
}

interface Asked {
  projectId: number;
  /** The person's number and those merged into it. */
  numbers: readonly number[];
  events?: readonly string[];
  text?: string;
  before?: TimelinePlace;
  limit: number;
}

type Row = Omit<TimelineEntry, 'passive'> & { passive: number; sequence: number };

/** What happened to a person, newest first? */
export async function timelineOfPerson(clickhouse: ClickHouse, asked: Asked): Promise<(TimelineEntry & TimelinePlace)[]> {
  const { projectId, numbers, events, text, before, limit } = asked;
  const parts = ['e.project_id = {projectId:UInt32}', 'e.person_id IN {numbers:Array(UInt32)}'];
  if (events) parts.push('e.event IN {events:Array(String)}');
  if (text) parts.push(`positionCaseInsensitiveUTF8(concat(e.event, ' ', toJSONString(e.properties)), {text:String}) > 0`);
  if (before) {
    parts.push(`e.time <= fromUnixTimestamp64Milli({beforeTime:Int64}, 'UTC')`);
    parts.push('(toUnixTimestamp64Milli(e.time), e.sequence, e.message_id) < ({beforeTime:Int64}, {beforeSequence:UInt32}, {beforeMessage:String})');
  }
  const rows = await clickhouse.query<Row>(
    `SELECT toString(e.event) AS event, toUnixTimestamp64Milli(e.time) AS time, e.message_id AS messageId, toString(e.source) AS source, e.passive AS passive,
       e.session_id AS sessionId, e.user_id AS userId, e.anonymous_id AS anonymousId, e.properties AS properties, e.sequence AS sequence
     FROM events AS e WHERE ${parts.join(' AND ')}
     ORDER BY e.time DESC, e.sequence DESC, e.message_id DESC LIMIT {limit:UInt32}`,
    {
      projectId,
      numbers,
      limit,
      ...(events && { events }),
      ...(text && { text }),
      ...(before && { beforeTime: before.time, beforeSequence: before.sequence, beforeMessage: before.messageId }),
    },
    { settings: { output_format_json_escape_forward_slashes: 0 }, maxSeconds: 20 },
  );
  return rows.map((row) => ({ ...row, passive: row.passive === 1 }));
}
