import type { Kernel } from '../../kernel/slice.ts';
import type { Audiences } from './audiences.ts';
import type { Condition } from './condition.ts';
import { type PersonBrief, type SentenceLocale, sentence } from './contract.ts';

/** What a preview shows. */
export interface Preview {
  size: number;
  total: number;
  shareBasisPoints: number;
  sentence: string;
  sample: PersonBrief[];
  at: number;
  tookMs: number;
}

interface PreviewWanted {
  condition: Condition;
  sampleSize: number;
  locale: SentenceLocale;
  signal: AbortSignal;
}

/** Counts the people of a condition at one instant and draws some of them, the same ones for the same answer. */
export async function previewOf(projectId: number, wanted: PreviewWanted, parts: { audiences: Audiences; kernel: Kernel }): Promise<Preview> {
  const { audiences, kernel } = parts;
  const { condition, signal } = wanted;
  const now = kernel.clock.now();
  const startedMs = performance.now();
  const { sql, parameters } = await audiences.compile(projectId, condition, { now });
  const [row] = await kernel.clickhouse.query<{ size: number; total: number; sample: number[] }>(
    `SELECT toUInt32(count()) AS size, arrayMap(pair -> pair.2, groupArraySorted(${Math.max(1, Math.trunc(wanted.sampleSize))})((intHash64(person_id), person_id))) AS sample,
       (SELECT toUInt32(count()) FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0) AS total
     FROM (${sql})`,
    { ...parameters, projectId },
    { signal, maxSeconds: 30 },
  );
  const { size = 0, total = 0, sample = [] } = row ?? {};
  const [people, names] = await Promise.all([audiences.briefs(projectId, sample.slice(0, wanted.sampleSize)), audiences.names(projectId, condition)]);
  return {
    size,
    total,
    shareBasisPoints: total === 0 ? 0 : Math.round((size / total) * 10_000),
    sentence: sentence(condition, wanted.locale, names),
    sample: people,
    at: now,
    tookMs: Math.round(performance.now() - startedMs),
  };
}
