import type { Selectable } from 'kysely';
import type { Import } from './contract.ts';
import type { ImportsTable } from './tables.ts';

/** An import as callers see it. */
export function present(row: Selectable<ImportsTable>): Import {
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    kind: row.file_id === null ? 'lines' : row.mapping?.content === 'people' ? 'people' : 'events',
    mode: row.mode,
    fileId: row.file_id,
    total: row.total,
    done: row.accepted + row.duplicates + row.refused,
    accepted: row.accepted,
    duplicates: row.duplicates,
    refused: row.refused,
    bytesDone: Math.min(row.bytes_done, row.bytes_total ?? row.bytes_done),
    bytesTotal: row.bytes_total,
    workedMs: row.worked_ms,
    events: Object.entries(row.summary.events ?? {})
      .map(([event, count]) => ({ event, count }))
      .sort((a, b) => b.count - a.count),
    earliest: instant(row.summary.from),
    latest: instant(row.summary.to),
    failure: row.failure,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

const instant = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());
