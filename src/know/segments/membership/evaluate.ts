import type { AudiencesApi, Condition } from '../../audiences/index.ts';
import { type MembershipChange, membershipDiff } from '../queries/membership-diff.ts';
import { type WriterParts, writeChanges } from './write-changes.ts';

/** People evaluated in one query: their numbers travel as a parameter, which servers bound. */
export const PERSONS_PER_QUERY = 5_000;

export interface EvaluatorParts extends WriterParts {
  audiences: Pick<AudiencesApi, 'compile'>;
}

/** A segment as the evaluation needs it. */
export interface EvaluatedSegment {
  id: number;
  projectId: number;
  name: string;
  /** Undefined: everybody leaves (archived). */
  condition: Condition | undefined;
  isQuiet: boolean;
}

const NOBODY: Condition = { kind: 'any', conditions: [] };

/**
 * Makes the members of a segment be the people of its condition now, for `persons` or for everybody, and tells the changes.
 * Costs the audience's query and one pass over the segment's changes.
 */
export async function evaluateSegment(
  parts: EvaluatorParts,
  segment: EvaluatedSegment,
  persons: readonly number[] | undefined,
  confirm: () => Promise<void>,
): Promise<{ entered: number; left: number }> {
  const written = { entered: 0, left: 0 };
  const chunks = persons === undefined ? [undefined] : chunksOf(persons);
  for (const chunk of chunks) {
    const at = parts.kernel.clock.now();
    const target = { projectId: segment.projectId, segmentId: segment.id, name: segment.name, at, isQuiet: segment.isQuiet };
    const { entered, left } = await writeChanges(parts, target, changesOf(parts, segment, chunk, at), confirm);
    written.entered += entered;
    written.left += left;
  }
  return written;
}

async function* changesOf(
  parts: EvaluatorParts,
  segment: EvaluatedSegment,
  persons: readonly number[] | undefined,
  at: number,
): AsyncIterable<MembershipChange[]> {
  const { projectId, id: segmentId } = segment;
  const some = persons === undefined ? {} : { persons };
  const canonical = await parts.identity.canonical(projectId);
  const audience = await parts.audiences.compile(projectId, segment.condition ?? NOBODY, { now: at, prefix: 'rule', ...some });
  const diff = membershipDiff(audience, { projectId, segmentId, canonical, ...some });
  yield* parts.kernel.clickhouse.stream<MembershipChange>(diff.sql, diff.parameters);
}

function chunksOf(persons: readonly number[]): number[][] {
  const chunks: number[][] = [];
  for (let start = 0; start < persons.length; start += PERSONS_PER_QUERY) chunks.push(persons.slice(start, start + PERSONS_PER_QUERY));
  return chunks;
}
