import type { IdentityApi } from '../../collect/identity/index.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { AudiencesApi, CompiledAudience, CompileOptions, Facts, SegmentSource } from './api.ts';
import { briefOf } from './briefs.ts';
import { checkCondition } from './check.ts';
import type { Condition } from './condition.ts';
import type { AudienceNames, PersonBrief, SentenceLocale, Suggestion } from './contract.ts';
import { segmentIdsOf } from './leaves.ts';
import { loadFacts } from './load-facts.ts';
import { matches } from './matches.ts';
import { traitNames } from './queries/trait-names.ts';
import { compileAudience } from './sql/compile.ts';

/** What the slice stands on. */
export interface AudienceParts {
  kernel: Kernel;
  identity: IdentityApi;
  projects: ProjectsApi;
}

/** Stands in until `know/segments` is there: no segment exists. */
const noSegments: SegmentSource = {
  membersSql: () => ({ sql: 'SELECT toUInt32(0) AS person_id WHERE 0', parameters: {} }),
  segmentsOf: async () => new Set(),
  names: async () => new Map(),
};

/** Most seconds that one audience may take. */
const SECONDS_MAX = 30;

/** The audience language over the stores. */
export class Audiences implements AudiencesApi {
  readonly #parts: AudienceParts;
  #segments: SegmentSource = noSegments;

  constructor(parts: AudienceParts) {
    this.#parts = parts;
  }

  provideSegments(source: SegmentSource): void {
    this.#segments = source;
  }

  get segments(): SegmentSource {
    return this.#segments;
  }

  async compile(projectId: number, condition: Condition, options: CompileOptions = {}): Promise<CompiledAudience> {
    const { kernel, identity } = this.#parts;
    const [timeZone, canonical] = await Promise.all([this.#timeZone(projectId), identity.canonical(projectId)]);
    return compileAudience(condition, {
      projectId,
      now: options.now ?? kernel.clock.now(),
      timeZone,
      canonical,
      segments: this.#segments,
      ...options,
    });
  }

  async peopleOf(projectId: number, condition: Condition, options: CompileOptions = {}): Promise<number[]> {
    const { sql, parameters } = await this.compile(projectId, condition, options);
    const rows = await this.#parts.kernel.clickhouse.query<{ person_id: number }>(sql, parameters, { maxSeconds: SECONDS_MAX });
    return rows.map((row) => row.person_id);
  }

  async count(
    projectId: number,
    condition: Condition,
    options: CompileOptions & { signal?: AbortSignal } = {},
  ): Promise<{ size: number; total: number }> {
    const { signal, ...rest } = options;
    const { sql, parameters } = await this.compile(projectId, condition, rest);
    const [row] = await this.#parts.kernel.clickhouse.query<{ size: number; total: number }>(
      `SELECT (SELECT toUInt32(count()) FROM (${sql})) AS size,
        (SELECT toUInt32(count()) FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0) AS total`,
      { ...parameters, projectId },
      { maxSeconds: SECONDS_MAX, ...(signal && { signal }) },
    );
    return row ?? { size: 0, total: 0 };
  }

  async loadFacts(projectId: number, personId: number, condition: Condition, options: { now?: number } = {}): Promise<Facts> {
    const { kernel, identity } = this.#parts;
    const wanted = { projectId, personId, condition, now: options.now ?? kernel.clock.now(), timeZone: await this.#timeZone(projectId) };
    return loadFacts(wanted, { clickhouse: kernel.clickhouse, identity, segments: this.#segments });
  }

  async matchesNow(projectId: number, personId: number, condition: Condition, options: { now?: number } = {}): Promise<boolean> {
    return matches(condition, await this.loadFacts(projectId, personId, condition, options));
  }

  check(projectId: number, condition: Condition, at = 'body.condition', locale: SentenceLocale = 'en'): Promise<void> {
    return checkCondition(projectId, condition, this.#segments, { at, locale });
  }

  async names(projectId: number, ...conditions: Condition[]): Promise<AudienceNames> {
    const ids = [...new Set(conditions.flatMap(segmentIdsOf))];
    return { segments: ids.length === 0 ? new Map() : await this.#segments.names(projectId, ids) };
  }

  traitNames(projectId: number): Promise<Suggestion[]> {
    return traitNames(this.#parts.kernel.clickhouse, projectId);
  }

  async briefs(projectId: number, personIds: readonly number[]): Promise<PersonBrief[]> {
    const records = await this.#parts.identity.people(projectId, personIds);
    return personIds.flatMap((personId) => {
      const record = records.get(personId);
      return record === undefined ? [] : [briefOf(personId, record)];
    });
  }

  async #timeZone(projectId: number): Promise<string> {
    return (await this.#parts.projects.project(projectId))?.timeZone ?? 'UTC';
  }
}
