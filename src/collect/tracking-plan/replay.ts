import type { StreamApi } from '../stream/index.ts';
import type { Plans } from './plans.ts';
import { eventOf, type Quarantine, type QuarantineRow } from './quarantine.ts';
import type { QuarantineFilter } from './quarantine-states.ts';

/** Entries that one call replays. */
export const REPLAY_MAX = 1_000;

/** What became of a replay. */
export interface ReplayResult {
  /** Now in the stream. */
  replayed: number;
  /** Were in the stream already: the sender had sent them again. */
  duplicates: number;
  /** Still do not fit the plan, or are refused by the stream; they wait on with the new reasons. */
  waiting: number;
  /** Present: there may be more; ask again with it. */
  nextCursor?: number;
}

export interface ReplayParts {
  plans: Plans;
  quarantine: Quarantine;
  stream: Pick<StreamApi, 'accept'>;
}

/**
 * Sends waiting events through the stream again, those that fit the plan as it is now. They keep their message ids, so that a replay that is broken off
 * and repeated writes each once, and their times are corrected as if they came when they came. Throws the stream's 503s; what was done by then is settled.
 */
export async function replay(
  parts: ReplayParts,
  projectId: number,
  wanted: { ids?: readonly number[]; filter?: QuarantineFilter; cursor?: number | undefined; upTo?: number | undefined },
): Promise<ReplayResult> {
  const { quarantine } = parts;
  const rows = await quarantine.waiting(projectId, wanted, { after: wanted.cursor, upTo: wanted.upTo, limit: REPLAY_MAX });
  const { compiled } = await parts.plans.fresh(projectId);
  const judged = rows.map((row) => ({ row, event: eventOf(row), verdict: compiled.judge(eventOf(row)) }));
  const fitting = judged.filter(({ verdict }) => verdict.action === 'pass' || verdict.action === 'warn');
  const still = judged.filter((one) => !fitting.includes(one));
  const result: ReplayResult = { replayed: 0, duplicates: 0, waiting: still.length };
  await quarantine.explain(
    projectId,
    still.map(({ row, verdict }) => ({ id: row.id, violations: verdict.violations })),
  );
  for (const group of Map.groupBy(fitting, ({ row }) => `${row.received_at.getTime()}|${row.sent_at?.getTime()}|${row.source}`).values()) {
    const outcome = await replayGroup(
      parts,
      projectId,
      group.map(({ row, event }) => ({ row, event })),
    );
    result.replayed += outcome.replayed;
    result.duplicates += outcome.duplicates;
    result.waiting += outcome.waiting;
  }
  const last = rows.at(-1);
  return rows.length === REPLAY_MAX && last ? { ...result, nextCursor: last.id } : result;
}

async function replayGroup(
  { quarantine, stream }: ReplayParts,
  projectId: number,
  group: readonly { row: QuarantineRow; event: ReturnType<typeof eventOf> }[],
): Promise<ReplayResult> {
  const [first] = group;
  if (!first) return { replayed: 0, duplicates: 0, waiting: 0 };
  const { row } = first;
  const { outcomes, ...counts } = await stream.accept(
    projectId,
    group.map(({ event }) => event),
    {
      receivedAt: row.received_at.getTime(),
      source: row.source,
      ...(row.sent_at && { sentAt: row.sent_at.getTime() }),
    },
  );
  const settled = group.flatMap(({ row: { id } }, index) => {
    const status = outcomes[index]?.status;
    return status === 'accepted' || status === 'duplicate' ? [{ id, outcome: status }] : [];
  });
  await quarantine.settle(projectId, settled);
  return { replayed: counts.accepted, duplicates: counts.duplicates, waiting: counts.refused };
}
