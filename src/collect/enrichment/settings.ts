import { randomBytes } from 'node:crypto';
import { type QueryExecutorProvider, sql } from 'kysely';
import { type CollectionSettings, collectionSettingsSchema, defaultSettings } from './contract.ts';

export interface StoredSettings {
  settings: CollectionSettings;
  /** Secret of the project's hashes. */
  hashKey: Uint8Array;
  /** When the settings or the rates were changed last (ms). */
  updatedAt: number;
}

/** The project's settings and the secret of its hashes, which is made at the first question. */
export async function settingsOf(db: QueryExecutorProvider, projectId: number, now: number): Promise<StoredSettings> {
  const known = await find(db, projectId);
  if (known) return known;
  await sql`
    INSERT INTO collection_settings (project_id, settings, hash_key, updated_at)
    VALUES (${projectId}, ${JSON.stringify(defaultSettings)}::jsonb, ${randomBytes(32)}, ${new Date(now).toISOString()}) ON CONFLICT DO NOTHING`.execute(
    db,
  );
  const made = await find(db, projectId);
  if (!made) throw new Error('the settings of collection cannot be kept');
  return made;
}

async function find(db: QueryExecutorProvider, projectId: number): Promise<StoredSettings | undefined> {
  const { rows } = await sql<{ settings: object; hash_key: Buffer; updated_at: Date }>`
    SELECT settings, hash_key, updated_at FROM collection_settings WHERE project_id = ${projectId}`.execute(db);
  const row = rows[0];
  // What a newer version added is filled in.
  return (
    row && {
      settings: collectionSettingsSchema.parse({ ...defaultSettings, ...row.settings }),
      hashKey: row.hash_key,
      updatedAt: row.updated_at.getTime(),
    }
  );
}

/** Replaces the settings; the secret stays. */
export async function saveSettings(db: QueryExecutorProvider, projectId: number, settings: CollectionSettings, now: number): Promise<void> {
  await settingsOf(db, projectId, now);
  await sql`
    UPDATE collection_settings SET settings = ${JSON.stringify(settings)}::jsonb, updated_at = greatest(${new Date(now).toISOString()}::timestamptz, updated_at + interval '1 millisecond')
    WHERE project_id = ${projectId}`.execute(db);
}

/** Says that something beside the settings changed: every process reads it again. */
export async function touchSettings(db: QueryExecutorProvider, projectId: number, now: number): Promise<void> {
  await settingsOf(db, projectId, now);
  await sql`
    UPDATE collection_settings SET updated_at = greatest(${new Date(now).toISOString()}::timestamptz, updated_at + interval '1 millisecond')
    WHERE project_id = ${projectId}`.execute(db);
}
