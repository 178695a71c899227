import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** Size of a segment at the end of a local day, and how it came about. */
export interface DayOfSegment {
  day: string;
  size: number;
  entered: number;
  left: number;
}

interface Asked {
  projectId: number;
  segments: readonly { segmentId: number; size: number }[];
  /** Local days, oldest first; the last is today. */
  days: readonly string[];
  timeZone: string;
}

/** How large was each segment at the end of each of these days? Counts back from the size now. */
export async function sizesByDay(clickhouse: ClickHouse, { projectId, segments, days, timeZone }: Asked): Promise<Map<number, DayOfSegment[]>> {
  const [first] = days;
  if (first === undefined || segments.length === 0) return new Map();
  const rows = await clickhouse.query<{ segment_id: number; day: string; came: number; went: number }>(
    `SELECT segment_id, toString(toDate(at, {timeZone:String})) AS day, toUInt32(countIf(entered = 1)) AS came, toUInt32(countIf(entered = 0)) AS went
     FROM segment_changes
     WHERE project_id = {projectId:UInt32} AND segment_id IN {segmentIds:Array(UInt32)} AND at >= toDateTime64({first:String}, 3, 'UTC') - INTERVAL 1 DAY
     GROUP BY segment_id, day`,
    { projectId, segmentIds: segments.map(({ segmentId }) => segmentId), first, timeZone },
  );
  const changes = new Map(rows.map((row) => [`${row.segment_id} ${row.day}`, row]));
  return new Map(
    segments.map(({ segmentId, size }) => {
      let sizeAtEnd = size;
      const history: DayOfSegment[] = [];
      for (const day of [...days].reverse()) {
        const { came = 0, went = 0 } = changes.get(`${segmentId} ${day}`) ?? {};
        history.unshift({ day, size: Math.max(sizeAtEnd, 0), entered: came, left: went });
        sizeAtEnd -= came - went;
      }
      return [segmentId, history];
    }),
  );
}
