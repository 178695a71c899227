import type { Transaction } from 'kysely';
import { Remembered } from '../../kernel/remembered.ts';
import { createSecretBox, type SecretBox } from '../../kernel/secret-box.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { GatewayApi } from '../gateway/index.ts';
import { type Delivery, type Mapping, refuseSource, type Source } from './contract.ts';
import { type Fate, findDelivery, keepDelivery, keptHeaders, lastDeliveries, renewDelivery } from './deliveries.ts';
import { fateOf, preview, problemOf, surroundingsOf, takeBody } from './receive.ts';
import { isSigned } from './signature.ts';
import { changeSource, findSource, hashToken, insertSource, type LiveSource, liveSource, presentSource, type SourceChanges } from './source.ts';
import type { SourceTables } from './tables.ts';

const SOURCES_REMEMBERED = { foundMax: 10_000, foundTtlMs: 60_000, absentMax: 10_000, absentTtlMs: 10_000 };
const tokenForm = /^wh_[0-9a-f]{32}$/;

/** Does more inside the transaction of a change: the audit entry. */
type Also = (tx: Transaction<SourceTables>, source: Source) => Promise<void>;

/** Sources: the verbs, and what is remembered of them. */
export class Sources {
  readonly #kernel: Kernel;
  readonly #projects: Pick<ProjectsApi, 'project'>;
  readonly #gateway: Pick<GatewayApi, 'takeEvents' | 'spend'>;
  readonly #box: SecretBox;
  readonly #live: Remembered<string, LiveSource>;

  constructor(kernel: Kernel, uses: { projects: Pick<ProjectsApi, 'project'>; gateway: Pick<GatewayApi, 'takeEvents' | 'spend'> }) {
    this.#kernel = kernel;
    this.#projects = uses.projects;
    this.#gateway = uses.gateway;
    this.#box = createSecretBox(kernel.secret, 'sources');
    this.#live = new Remembered((token) => this.#liveByToken(token), kernel.clock, SOURCES_REMEMBERED);
    kernel.bus.subscribe('sources', (notice) => this.#forget((notice as { sourceId: string }).sourceId));
  }

  async list(projectId: number): Promise<Source[]> {
    const rows = await this.#db().selectFrom('sources').selectAll().where('project_id', '=', projectId).orderBy('created_at').orderBy('id').execute();
    return rows.map((row) => presentSource(row, this.#parts()));
  }

  /** Throws `sources.unknown_source`. */
  async get(projectId: number, sourceId: string): Promise<Source> {
    return presentSource(await findSource(this.#db(), projectId, sourceId), this.#parts());
  }

  /** Throws `sources.too_many_sources`. */
  create(projectId: number, name: string, also: Also): Promise<Source> {
    const { ids, clock } = this.#kernel;
    const input = { id: ids.uuid(), projectId, name, token: ids.secret('wh'), now: clock.now() };
    return this.#kernel.postgres.transaction<SourceTables, Source>(async (tx) => {
      const source = presentSource(await insertSource(tx, input, this.#box), this.#parts());
      await also(tx, source);
      return source;
    });
  }

  /** Throws `sources.unknown_source`, `sources.signature_secret_missing`. */
  async update(at: { projectId: number; sourceId: string }, changes: SourceChanges, also: Also): Promise<Source> {
    const source = await this.#kernel.postgres.transaction<SourceTables, Source>(async (tx) => {
      const changed = presentSource(await changeSource(tx, at, changes, this.#box), this.#parts());
      await also(tx, changed);
      return changed;
    });
    this.#changed(at.sourceId);
    return source;
  }

  /** Throws `sources.unknown_source`. */
  async delete(at: { projectId: number; sourceId: string }, also: Also): Promise<void> {
    await this.#kernel.postgres.transaction<SourceTables, void>(async (tx) => {
      const source = presentSource(await findSource(tx, at.projectId, at.sourceId), this.#parts());
      await tx.deleteFrom('sources').where('project_id', '=', at.projectId).where('id', '=', at.sourceId).execute();
      await also(tx, source);
    });
    this.#changed(at.sourceId);
  }

  async deliveries(projectId: number, sourceId: string): Promise<Delivery[]> {
    await findSource(this.#db(), projectId, sourceId);
    return lastDeliveries(this.#db(), projectId, sourceId);
  }

  /** Throws `sources.body_unreadable`, `sources.unknown_source`. */
  async preview(at: { projectId: number; sourceId: string }, mapping: Mapping | null, sent: { body: string; headers: Record<string, string> }) {
    const source = await findSource(this.#db(), at.projectId, at.sourceId);
    const receivedAt = this.#kernel.clock.now();
    const timeZone = await this.#timeZoneOf(at.projectId);
    return preview(mapping, sent.body, surroundingsOf(source, { headers: sent.headers, receivedAt, timeZone, deliveryId: 'preview' }));
  }

  /**
   * Takes what another system tells. Keeps the body with what became of it, whatever that is. Undefined when nobody knows the token. Throws
   * `sources.signature_wrong`, `sources.rate_limited` and the stream's 503s.
   */
  async receive(token: string, sent: { body: Buffer; headers: Readonly<Record<string, string | string[] | undefined>> }): Promise<Fate | undefined> {
    const source = tokenForm.test(token) ? await this.#live.get(token) : undefined;
    if (!source) return undefined;
    await this.#holdBack(source);
    const at = this.#kernel.clock.now();
    const id = this.#kernel.ids.uuid();
    const headers = keptHeaders(sent.headers);
    const text = sent.body.toString('utf8');
    const isWrong = source.signature !== null && !isSigned(source.signature, sent.body, { headers: singleHeaders(sent.headers), now: at });
    const timeZone = await this.#timeZoneOf(source.projectId);
    const fate = isWrong
      ? { ...fateOf('unsigned'), problems: [problemOf(refuseSource('signature_wrong'))] }
      : await takeBody(source, text, surroundingsOf(source, { headers, receivedAt: at, timeZone, deliveryId: id }), this.#gateway);
    const delivery = { id, projectId: source.projectId, sourceId: source.id, at, body: text, headers, fate };
    await this.#kernel.postgres.transaction<SourceTables, void>((tx) => keepDelivery(tx, delivery));
    if (isWrong) throw refuseSource('signature_wrong');
    return fate;
  }

  /** Takes a kept body once more; ids that were taken before count once. Throws `sources.unknown_delivery`, `sources.body_cut`, `sources.not_mapped`. */
  async takeAgain(at: { projectId: number; sourceId: string; deliveryId: string }): Promise<Delivery> {
    const source = liveSource(await findSource(this.#db(), at.projectId, at.sourceId), this.#box);
    const kept = await findDelivery(this.#db(), at);
    if (kept.isCut) throw refuseSource('body_cut');
    if (kept.state === 'unsigned') throw refuseSource('signature_wrong');
    if (!source.mapping) throw refuseSource('not_mapped');
    const receivedAt = Date.parse(kept.at);
    const around = { headers: kept.headers, receivedAt, timeZone: await this.#timeZoneOf(at.projectId), deliveryId: kept.id };
    const fate = await takeBody(source, kept.body, surroundingsOf(source, around), this.#gateway);
    const place = { projectId: at.projectId, sourceId: at.sourceId, id: kept.id, at: this.#kernel.clock.now() };
    await this.#kernel.postgres.transaction<SourceTables, void>((tx) => renewDelivery(tx, place, fate));
    return findDelivery(this.#db(), at);
  }

  /** Before anything is read or kept: what comes too fast costs nothing. Throws `sources.rate_limited`. */
  async #holdBack({ id, projectId, limit }: LiveSource): Promise<void> {
    const seconds = limit ? await this.#gateway.spend({ projectId, id }, 1, limit) : 0;
    if (limit && seconds > 0) throw refuseSource('rate_limited', { retryAfterSeconds: seconds, details: { max: limit.eventsPerSecond, seconds } });
  }

  async #liveByToken(token: string): Promise<LiveSource | undefined> {
    const row = await this.#db().selectFrom('sources').selectAll().where('token_hash', '=', hashToken(token)).executeTakeFirst();
    return row && liveSource(row, this.#box);
  }

  async #timeZoneOf(projectId: number): Promise<string> {
    return (await this.#projects.project(projectId))?.timeZone ?? 'UTC';
  }

  #db() {
    return this.#kernel.postgres.as<SourceTables>();
  }

  #parts(): { box: SecretBox; publicUrl: string } {
    return { box: this.#box, publicUrl: this.#kernel.publicUrl };
  }

  /** Here at once, elsewhere by the bus. */
  #changed(sourceId: string): void {
    this.#forget(sourceId);
    this.#kernel.bus.publish('sources', { sourceId });
  }

  #forget(sourceId: string): void {
    this.#live.forget((_, source) => source.id === sourceId);
  }
}

function singleHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}
