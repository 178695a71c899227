import { RowWriter } from '../../kernel/clickhouse/row-writer.ts';
import { LocalDays } from '../../kernel/local-days.ts';
import type { ToldEvent } from './announcements.ts';
import { type EventRow, setPerson, writeRow } from './event-row.ts';

const days = new LocalDays();
const rows = new RowWriter();

/** The `$merged` facts of merges: one on the winner's timeline for each person who was merged into them. */
export async function mergedEvents(
  merges: readonly { projectId: number; loser: number; winner: number }[],
  around: { now: number; timeZoneOf(projectId: number): Promise<string> },
): Promise<{ row: EventRow; told: ToldEvent }[]> {
  return Promise.all(
    merges.map(async ({ projectId, loser, winner }) => {
      const messageId = `merged:${loser}`;
      const properties = JSON.stringify({ loser });
      const meta = { receivedAt: around.now, source: 'identity' };
      const surroundings = { projectId, timeZone: await around.timeZoneOf(projectId), meta, days, rows, arrivedAt: around.now };
      const incoming = { passive: true, sequence: 0 };
      const row = writeRow({ incoming, around: surroundings, event: '$merged', messageId, time: around.now, properties, context: '{}' });
      setPerson(row, winner);
      return { row, told: { projectId, personId: winner, event: '$merged', time: around.now, messageId, properties } };
    }),
  );
}
