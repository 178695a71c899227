import type { Generated, JSONColumnType } from 'kysely';
import type { Condition } from '../audiences/index.ts';

/** Row types of this slice in PostgreSQL. */
export interface SegmentTables {
  segments: {
    id: Generated<number>;
    project_id: number;
    name: string;
    description: string;
    condition: JSONColumnType<Condition>;
    version: Generated<number>;
    state: Generated<'live' | 'archived'>;
    size: Generated<number>;
    built_version: Generated<number>;
    rebuilt_at: Date | null;
    wish: Generated<number>;
    built_wish: Generated<number>;
    fault: string | null;
    created_at: Date;
    updated_at: Date;
  };
  segment_versions: { segment_id: number; version: number; condition: JSONColumnType<Condition>; created_at: Date };
  segment_watches: { project_id: number; watermark: Date; leased_by: string | null; leased_until: Date | null };
  segment_runs: { id: Generated<number>; project_id: number; segment_id: number; at: Date };
}
