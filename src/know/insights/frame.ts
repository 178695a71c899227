import type { Canonical, IdentityApi } from '../../collect/identity/index.ts';
import type { ClickHouse, Parameter } from '../../kernel/clickhouse/clickhouse.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors/errors.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { AudiencesApi, CompiledAudience, Condition } from '../audiences/index.ts';
import { refuse } from './contract.ts';

/** What a report may take. Beyond it the reader is told to ask for less. */
const REPORT_SECONDS_MAX = 60;
const REPORT_MEMORY_MAX_BYTES = 3 * 1024 ** 3;
/** A merge in another process is seen within this time (identity's promise). */
const IDENTITY_LAG_MS = 1_000;

/** Where reports read. */
export interface Sources {
  clickhouse: ClickHouse;
  clock: Clock;
  projects: Pick<ProjectsApi, 'project'>;
  identity: Pick<IdentityApi, 'canonical' | 'people'>;
  audiences: Pick<AudiencesApi, 'compile' | 'check'>;
}

/** Who asks, and when. */
export interface Asking {
  projectId: number;
  /** The instant for relative ranges; now unless given. */
  asOf?: number;
  signal?: AbortSignal;
}

/** A piece of SQL with what it binds. */
export interface Piece {
  sql: string;
  parameters: Record<string, Parameter>;
}

/** One question's view of the project: its zone, merges and audience, and the way to the engine. */
export interface Frame {
  projectId: number;
  timeZone: string;
  asOf: number;
  identityWatermark: number;
  canonical: Canonical;
  /** SQL of the person of an events row. */
  person: string;
  /** Query of `person_id` of the people that count; absent: everybody. */
  audience: CompiledAudience | undefined;
  rows<Row>(piece: Piece): Promise<Row[]>;
}

/** Opens a frame: reads the project, its pending merges and the audience's query. */
export async function openFrame(sources: Sources, asking: Asking, condition: Condition | undefined): Promise<Frame> {
  const { projectId } = asking;
  const now = sources.clock.now();
  const asOf = asking.asOf ?? now;
  const [project, canonical] = await Promise.all([sources.projects.project(projectId), sources.identity.canonical(projectId)]);
  if (condition) await sources.audiences.check(projectId, condition, 'body.audience');
  const audience = condition && (await sources.audiences.compile(projectId, condition, { now: asOf, prefix: 'audience' }));
  const bound = { projectId, ...canonical.parameters, ...audience?.parameters };
  return {
    projectId,
    timeZone: project?.timeZone ?? 'UTC',
    asOf,
    identityWatermark: now - IDENTITY_LAG_MS,
    canonical,
    person: canonical.person('person_id'),
    audience,
    rows: (piece) => run(sources.clickhouse, { sql: piece.sql, parameters: { ...bound, ...piece.parameters } }, asking.signal),
  };
}

async function run<Row>(clickhouse: ClickHouse, piece: Piece, signal: AbortSignal | undefined): Promise<Row[]> {
  signal?.throwIfAborted();
  try {
    return await clickhouse.query<Row>(piece.sql, piece.parameters, {
      maxSeconds: REPORT_SECONDS_MAX,
      maxMemoryBytes: REPORT_MEMORY_MAX_BYTES,
      ...(signal && { signal }),
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'clickhouse.too_slow')
      throw refuse('too_slow', { details: { seconds: REPORT_SECONDS_MAX }, cause: error });
    if (error instanceof AppError && error.code === 'clickhouse.too_much_memory') throw refuse('too_heavy', { cause: error });
    throw error;
  }
}

/** The condition that an events row belongs to somebody of the audience; empty when everybody counts. */
export function audienceClause(frame: Frame): string {
  return frame.audience ? `AND ${frame.person} GLOBAL IN (${frame.audience.sql})` : '';
}

/** Narrows a bitmap of people to the audience. `with` stands before the outermost SELECT. */
export function audienceBitmap(frame: Frame): { with: string; narrow(bitmap: string): string } {
  if (!frame.audience) return { with: '', narrow: (bitmap) => bitmap };
  return {
    with: `WITH (SELECT groupBitmapState(person_id) FROM (${frame.audience.sql})) AS audience_people`,
    narrow: (bitmap) => `bitmapAnd(${bitmap}, audience_people)`,
  };
}

/** What every answer says about itself. */
export function groundOf(frame: Frame, range: { from: number; to: number }, definitions: string[]) {
  return { timeZone: frame.timeZone, asOf: frame.asOf, from: range.from, to: range.to, identityWatermark: frame.identityWatermark, definitions };
}
