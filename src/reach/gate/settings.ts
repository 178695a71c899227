import { type QueryExecutorProvider, sql } from 'kysely';
import { type DeliverySettings, refuse } from './contract.ts';
import type { DeliverySettingsRow } from './tables.ts';

/** Before somebody has set anything. */
export const NO_SETTINGS: DeliverySettings = {
  quietHours: null,
  capPerDay: null,
  capPerWeek: null,
  fromName: null,
  fromAddress: null,
  replyTo: null,
};

/** How a project sends; without quiet hours and caps until somebody sets them. */
export async function settingsOf(projectId: number, db: QueryExecutorProvider): Promise<DeliverySettings> {
  const { rows } = await sql<DeliverySettingsRow>`SELECT * FROM delivery_settings WHERE project_id = ${projectId}`.execute(db);
  const row = rows[0];
  if (!row) return NO_SETTINGS;
  return {
    quietHours: row.quiet_from !== null && row.quiet_to !== null ? { from: row.quiet_from, to: row.quiet_to } : null,
    capPerDay: row.cap_day,
    capPerWeek: row.cap_week,
    fromName: row.from_name,
    fromAddress: row.from_address,
    replyTo: row.reply_to,
  };
}

/** Replaces the settings of a project. Throws `gate.quiet_hours_empty`. */
export async function saveSettings(projectId: number, settings: DeliverySettings, tx: QueryExecutorProvider): Promise<void> {
  const { quietHours, capPerDay, capPerWeek, fromName, fromAddress, replyTo } = settings;
  if (quietHours && quietHours.from === quietHours.to) throw refuse('quiet_hours_empty');
  await sql`
    INSERT INTO delivery_settings (project_id, quiet_from, quiet_to, cap_day, cap_week, from_name, from_address, reply_to)
    VALUES (${projectId}, ${quietHours?.from ?? null}, ${quietHours?.to ?? null}, ${capPerDay}, ${capPerWeek}, ${fromName || null}, ${fromAddress}, ${replyTo})
    ON CONFLICT (project_id) DO UPDATE SET quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, cap_day = excluded.cap_day,
      cap_week = excluded.cap_week, from_name = excluded.from_name, from_address = excluded.from_address, reply_to = excluded.reply_to`.execute(tx);
}
