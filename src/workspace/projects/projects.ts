import type { Transaction } from 'kysely';
import { Remembered } from '../../kernel/remembered.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { KeyOfToken, Membership, ProjectsApi } from './api.ts';
import type { ApiKey, KeyKind, Project } from './contract.ts';
import { insertKey, markKeyRevoked } from './key.ts';
import { KeyUse } from './key-use.ts';
import {
  changeProject,
  findProject,
  findProjects,
  insertProject,
  knownCurrency,
  knownTimeZone,
  type NewProject,
  type ProjectChanges,
} from './project.ts';
import { keysOfProject } from './queries/keys-of-project.ts';
import { liveKeyByToken } from './queries/live-key-by-token.ts';
import type { ProjectTables } from './tables.ts';

/** Name of the keys that come with a project: each reader sees it in their language. */
const NAMELESS = '';

const minuteMs = 60_000;
const keyLimits = { foundMax: 10_000, foundTtlMs: minuteMs, absentMax: 10_000, absentTtlMs: 10_000 };
const projectLimits = { foundMax: 10_000, foundTtlMs: minuteMs, absentMax: 1_000, absentTtlMs: 1_000 };
const tokenForm = /^(wk|sk)_[0-9a-f]{32}$/;

/** Does more inside the transaction of a change: the audit entry. */
type Also<Result> = (tx: Transaction<ProjectTables>, result: Result) => Promise<void>;

/** Projects and their keys: the verbs, and what is remembered of them. */
export class Projects implements ProjectsApi {
  readonly #kernel: Kernel;
  readonly #keys: Remembered<string, KeyOfToken>;
  readonly #projects: Remembered<number, Project>;
  readonly keyUse: KeyUse;
  #membership: Membership | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const db = kernel.postgres.as<ProjectTables>();
    this.#keys = new Remembered((token) => liveKeyByToken(db, token), kernel.clock, keyLimits);
    this.#projects = new Remembered((id) => findProject(db, id), kernel.clock, projectLimits);
    this.keyUse = new KeyUse(db, kernel.clock);
    kernel.bus.subscribe('keys', (notice) => this.#forget((notice as { projectId: number }).projectId));
  }

  project(id: number): Promise<Project | undefined> {
    return this.#projects.get(id);
  }

  list(): Promise<Project[]> {
    return findProjects(this.#db());
  }

  /** Projects of one member, by name. */
  async listOf(memberId: string): Promise<Project[]> {
    return findProjects(this.#db(), await this.#members().projectIdsOf(memberId));
  }

  async create(
    input: NewProject & { ownerMemberId?: string },
    also?: Also<Project>,
  ): Promise<{ project: Project; writeKey: string; secretKey: string }> {
    const { clock, ids } = this.#kernel;
    const by = { ids, now: clock.now() };
    const checked = { ...input, ...(await this.#known(input)) };
    const created = await this.#transaction(async (tx) => {
      const project = await insertProject(tx, by.now, checked);
      const write = await insertKey(tx, by, { projectId: project.id, kind: 'write', name: NAMELESS });
      const secret = await insertKey(tx, by, { projectId: project.id, kind: 'secret', name: NAMELESS });
      if (input.ownerMemberId !== undefined) await this.#members().grantOwner(tx, project.id, input.ownerMemberId);
      await also?.(tx, project);
      return { project, writeKey: write.token, secretKey: secret.token };
    });
    this.#changed(created.project.id);
    if (input.ownerMemberId !== undefined) this.#members().changed(input.ownerMemberId);
    return created;
  }

  /** Throws `projects.unknown_project`, `projects.unknown_time_zone`, `projects.unknown_currency`. */
  async update(projectId: number, changes: ProjectChanges, also: Also<Project>): Promise<Project> {
    const checked = { ...changes, ...(await this.#known(changes)) };
    const project = await this.#transaction(async (tx) => {
      const changed = await changeProject(tx, projectId, checked);
      await also(tx, changed);
      return changed;
    });
    this.#changed(projectId);
    return project;
  }

  keysOf(projectId: number): Promise<ApiKey[]> {
    return keysOfProject(this.#db(), projectId);
  }

  async keyByToken(token: string): Promise<KeyOfToken | undefined> {
    if (!tokenForm.test(token)) return undefined;
    const key = await this.#keys.get(token);
    if (key) this.keyUse.note(key.keyId);
    return key;
  }

  /** Throws `projects.too_many_keys`. */
  async createKey(input: { projectId: number; kind: KeyKind; name: string }, also: Also<ApiKey>): Promise<{ key: ApiKey; token: string }> {
    const { clock, ids } = this.#kernel;
    const created = await this.#transaction(async (tx) => {
      const made = await insertKey(tx, { ids, now: clock.now() }, input);
      await also(tx, made.key);
      return made;
    });
    this.#changed(input.projectId);
    return created;
  }

  /** Throws `projects.unknown_key`, `projects.key_already_revoked`. */
  async revokeKey(projectId: number, keyId: string, also: Also<ApiKey>): Promise<void> {
    await this.#transaction(async (tx) => also(tx, await markKeyRevoked(tx, this.#kernel.clock.now(), projectId, keyId)));
    this.#changed(projectId);
  }

  registerMembership(membership: Membership): void {
    if (this.#membership) throw new Error('projects: membership is already registered');
    this.#membership = membership;
  }

  /** Checks what is given, and gives it in its usual spelling. */
  async #known({ timeZone, currency }: ProjectChanges): Promise<{ timeZone?: string; currency?: string }> {
    return {
      ...(currency !== undefined && { currency: knownCurrency(currency) }),
      ...(timeZone !== undefined && { timeZone: await knownTimeZone(this.#kernel.clickhouse, timeZone) }),
    };
  }

  #db() {
    return this.#kernel.postgres.as<ProjectTables>();
  }

  #transaction<Result>(work: (tx: Transaction<ProjectTables>) => Promise<Result>): Promise<Result> {
    return this.#kernel.postgres.transaction<ProjectTables, Result>(work);
  }

  #members(): Membership {
    if (!this.#membership) throw new Error('projects: nothing that knows members is registered');
    return this.#membership;
  }

  /** Here at once, elsewhere by the bus. */
  #changed(projectId: number): void {
    this.#forget(projectId);
    this.#kernel.bus.publish('keys', { projectId });
  }

  #forget(projectId: number): void {
    this.#keys.forget((_, key) => key.projectId === projectId);
    this.#projects.forget((id) => id === projectId);
  }
}
