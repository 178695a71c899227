import type { StreamApi } from '../../collect/stream/index.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { AudiencesApi, Condition } from '../audiences/index.ts';
import type { SegmentsApi } from '../segments/index.ts';
import { conditionOfNumber } from './condition-of-cell.ts';
import { type NumberOfAnswer, refuse } from './contract.ts';
import type { Sources } from './frame.ts';
import { allPeople, frameOfNumber } from './people.ts';

/** People of one fixed list; each costs a fact in the stream. */
const LIST_MAX = 100_000;
const FACTS_PER_WRITE = 1_000;
/** The fact that somebody was put on a fixed list, with `{ listId }`. Passive: it makes nobody active. */
const LISTED = '$listed';

/** What saving people needs besides the sources of reports. */
export interface SegmentParts {
  sources: Sources;
  audiences: Pick<AudiencesApi, 'count'>;
  segments: Pick<SegmentsApi, 'create'>;
  stream: Pick<StreamApi, 'record'>;
  ids: Ids;
}

/**
 * Saves the people behind a number as a segment: by a condition when one says exactly the same (and counts the same people), else by a fact on each of them,
 * so that the segment is these people for good, also through merges. Throws `insights.too_many_people` beyond 100,000, `segments.name_taken`.
 */
export async function saveSegment(
  parts: SegmentParts,
  asked: { projectId: number; number: NumberOfAnswer; name: string; signal?: AbortSignal },
): Promise<{ segmentId: number; kind: 'condition' | 'list'; people: number }> {
  const { projectId, name } = asked;
  const frame = await frameOfNumber(parts.sources, projectId, asked.number, asked.signal);
  const people = await allPeople(frame, asked.number, LIST_MAX);
  const condition = await conditionOfNumber(frame, asked.number);
  if (condition && (await parts.audiences.count(projectId, condition)).size === people?.length) {
    const segment = await parts.segments.create({ projectId, name, condition });
    return { segmentId: segment.id, kind: 'condition', people: people.length };
  }
  if (!people) throw refuse('too_many_people', { details: { max: LIST_MAX } });
  const segment = await parts.segments.create({ projectId, name, condition: await list(parts, projectId, people) });
  return { segmentId: segment.id, kind: 'list', people: people.length };
}

/** Marks each person and gives the condition that finds them. */
async function list(parts: SegmentParts, projectId: number, people: readonly number[]): Promise<Condition> {
  const listId = parts.ids.uuid();
  const time = parts.sources.clock.now();
  for (let start = 0; start < people.length; start += FACTS_PER_WRITE) {
    const facts = people.slice(start, start + FACTS_PER_WRITE).map((personId) => ({
      personId,
      event: LISTED,
      time,
      properties: { listId },
      messageId: `listed:${listId}:${personId}`,
      passive: true,
      source: 'insights',
    }));
    await parts.stream.record(projectId, facts);
  }
  return {
    kind: 'event',
    event: LISTED,
    where: [{ property: 'listId', test: { op: 'equals', value: listId } }],
    measure: { of: 'did' },
    window: { kind: 'ever' },
  };
}
