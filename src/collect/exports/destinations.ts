import { jsonText } from '../../kernel/json-text.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { type Destination, type NewDestination, refuseExport } from './contract.ts';
import type { DeliveryParts, DestinationRow } from './delivery/delivery.ts';
import { WAKE_TOPIC } from './delivery/runner.ts';
import { sendWebhook } from './delivery/send-webhook.ts';
import { newSigningSecret } from './delivery/sign.ts';
import { ObjectStore } from './delivery/store.ts';
import { countArrived } from './reading/events.ts';
import type { ExportTables, StoreSettings, WebhookSettings } from './tables.ts';

const DESTINATIONS_MAX = 50;
const WINDOWS_SHOWN = 50;

/** Places that a project's events and people go to. */
export class Destinations {
  readonly #kernel: Kernel;
  readonly #box: SecretBox;
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#kernel = parts.kernel;
    this.#box = parts.box;
    this.#parts = parts;
  }

  get #db() {
    return this.#kernel.postgres.as<ExportTables>();
  }

  async list(projectId: number): Promise<Destination[]> {
    const rows = await this.#db.selectFrom('export_destinations').selectAll().where('project_id', '=', projectId).orderBy('created_at').execute();
    return rows.map(presentDestination);
  }

  async create(projectId: number, given: NewDestination): Promise<{ destination: Destination; signingSecret: string | null }> {
    if ((await this.list(projectId)).length >= DESTINATIONS_MAX) throw refuseExport('too_many_destinations', { details: { max: DESTINATIONS_MAX } });
    const signingSecret = given.kind === 'webhook' ? newSigningSecret() : null;
    const secret = given.kind === 'webhook' ? (signingSecret ?? '') : given.secretAccessKey;
    const now = this.#kernel.clock.now();
    const since = new Date(given.since === undefined ? now : Math.min(Date.parse(given.since), now));
    const row = await this.#db
      .insertInto('export_destinations')
      .values({
        id: this.#kernel.ids.uuid(),
        project_id: projectId,
        name: given.name,
        kind: given.kind,
        content: [...new Set(given.content)],
        event_names: given.events,
        settings: jsonText(settingsOf(given)),
        sealed_secret: this.#box.seal(secret),
        state: 'running',
        cursor_at: since,
        window_from: since,
        next_at: new Date(now),
        created_at: new Date(now),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    this.#kernel.bus.publish(WAKE_TOPIC, {});
    return { destination: presentDestination(row), signingSecret };
  }

  /** A destination with what waits (events that arrived and are not delivered) and its last stretches. */
  async look(projectId: number, id: string) {
    const row = await this.#find(projectId, id);
    const question = { projectId, events: row.event_names, from: row.cursor_at.getTime(), until: this.#kernel.clock.now() };
    const [backlog, windows] = await Promise.all([
      row.content.includes('events') ? countArrived(this.#kernel.clickhouse, question) : 0,
      this.#db
        .selectFrom('export_windows')
        .selectAll()
        .where('destination_id', '=', id)
        .orderBy('window_from', 'desc')
        .limit(WINDOWS_SHOWN)
        .execute(),
    ]);
    return {
      destination: presentDestination(row),
      backlog,
      windows: windows.map((window) => ({
        from: window.window_from.toISOString(),
        until: window.window_until.toISOString(),
        rows: window.rows,
        files: window.files,
        deliveredAt: window.delivered_at.toISOString(),
        isVerified: window.verified_at !== null,
      })),
    };
  }

  async change(projectId: number, id: string, change: { name?: string | undefined; state?: 'running' | 'paused' | undefined }): Promise<Destination> {
    const now = new Date(this.#kernel.clock.now());
    const row = await this.#db
      .updateTable('export_destinations')
      .set({
        project_id: projectId,
        ...(change.name !== undefined && { name: change.name }),
        ...(change.state !== undefined && { state: change.state }),
        ...(change.state === 'running' && { next_at: now, attempts: 0, failure: null }),
      })
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw refuseExport('unknown_destination');
    if (change.state === 'running') this.#kernel.bus.publish(WAKE_TOPIC, {});
    return presentDestination(row);
  }

  async remove(projectId: number, id: string): Promise<Destination> {
    const row = await this.#db
      .deleteFrom('export_destinations')
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw refuseExport('unknown_destination');
    await this.#db.deleteFrom('export_windows').where('destination_id', '=', id).execute();
    return presentDestination(row);
  }

  /** Sends one example. Throws what a delivery would meet. */
  async test(projectId: number, id: string): Promise<void> {
    const row = await this.#find(projectId, id);
    const secret = this.#box.open(row.sealed_secret);
    const { allowsPrivate } = this.#parts;
    if (row.kind === 'webhook') {
      const content = { type: 'events', test: true, project: projectId, destination: id, events: [] };
      return sendWebhook(
        { settings: row.settings as WebhookSettings, secret, allowsPrivate },
        { id: `msg_test_${this.#kernel.ids.uuid()}`, content },
      );
    }
    const settings = row.settings as StoreSettings;
    const store = new ObjectStore(settings, secret, allowsPrivate);
    try {
      const key = [settings.prefix.replace(/^\/+|\/+$/g, ''), 'perennial-test.json'].filter(Boolean).join('/');
      await store.putText(key, '{"test":true}');
      await store.remove(key);
    } finally {
      store.close();
    }
  }

  async #find(projectId: number, id: string): Promise<DestinationRow> {
    const row = await this.#db
      .selectFrom('export_destinations')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw refuseExport('unknown_destination');
    return row;
  }
}

function settingsOf(given: NewDestination): WebhookSettings | StoreSettings {
  if (given.kind === 'webhook') return { url: given.url, headers: given.headers };
  const { endpoint, region, bucket, prefix, accessKeyId, everyMinutes } = given;
  return { endpoint, region, bucket, prefix, accessKeyId, everyMinutes };
}

function presentDestination(row: DestinationRow): Destination {
  const isFailing = row.state === 'running' && row.failure !== null;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    content: row.content,
    events: row.event_names,
    webhook: row.kind === 'webhook' ? (row.settings as WebhookSettings) : null,
    store: row.kind === 's3' ? (row.settings as StoreSettings) : null,
    state: isFailing ? 'failing' : row.state,
    failure: row.failure,
    attempts: row.attempts,
    nextAt: isFailing ? row.next_at.toISOString() : null,
    deliveredUntil: row.cursor_at.toISOString(),
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    deliveredEvents: row.delivered_events,
    deliveredPeople: row.delivered_people,
    createdAt: row.created_at.toISOString(),
  };
}
