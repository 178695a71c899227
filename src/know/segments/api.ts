import type { CompiledAudience, Condition } from '../audiences/index.ts';

/** A segment as other slices need it. */
export interface Segment {
  id: number;
  projectId: number;
  name: string;
  condition: Condition;
  version: number;
  state: 'live' | 'archived';
}

/** Something that uses segments, so that one in use is not deleted. Registered by its owner when it starts. */
export interface SegmentUser {
  /** E.g. `journey`; the console shows `segments:usedBy.<kind>`. */
  kind: string;
  usesOf(projectId: number, segmentId: number): Promise<{ id: string; name: string }[]>;
}

/**
 * What other slices may call. People entering and leaving come as events of the stream: `$segment_entered`, `$segment_left` with `{ segmentId }`.
 */
export interface SegmentsApi {
  segment(projectId: number, id: number): Promise<Segment | undefined>;
  /** A query of `person_id UInt32` of the members now (winners' numbers), each once. Parameters begin with `prefix` (`segment` unless given). */
  membersSql(projectId: number, id: number, prefix?: string): Promise<CompiledAudience>;
  /** Live segments of which a person is a member now, by name. */
  segmentsOf(projectId: number, personId: number): Promise<{ id: number; name: string }[]>;
  /** Saves an audience as a segment. Throws `segments.name_taken`, `audiences.condition_invalid`. Membership is computed in the background at once. */
  create(input: { projectId: number; name: string; description?: string; condition: Condition }): Promise<Segment>;
  /** Extension point: who else uses segments. */
  registerUser(user: SegmentUser): void;
}
