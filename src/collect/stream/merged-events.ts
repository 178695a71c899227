import { LocalDays } from '../../kernel/local-days.ts';
import type { ToldEvent } from './announcements.ts';
import { rowText } from './check-event.ts';

const days = new LocalDays();

/** The `$merged` facts of merges: one on the winner's timeline for each person who was merged into them. */
export async function mergedEvents(
  merges: readonly { projectId: number; loser: number; winner: number }[],
  around: { now: number; timeZoneOf(projectId: number): Promise<string> },
): Promise<{ line: string; told: ToldEvent }[]> {
  return Promise.all(
    merges.map(async ({ projectId, loser, winner }) => {
      const messageId = `merged:${loser}`;
      const properties = JSON.stringify({ loser });
      const meta = { receivedAt: around.now, source: 'identity' };
      const surroundings = { projectId, timeZone: await around.timeZoneOf(projectId), meta, days, arrivedAt: around.now };
      const incoming = { passive: true, sequence: 0 };
      const row = rowText({ incoming, around: surroundings, event: '$merged', messageId, time: around.now, properties, context: '{}' });
      return {
        line: `{"person_id":${winner}${row}`,
        told: { projectId, personId: winner, event: '$merged', time: around.now, messageId, properties },
      };
    }),
  );
}
