import { type QueryExecutorProvider, sql } from 'kysely';
import type { ChannelRule } from './channel-rules.ts';
import { checkRules } from './check-rules.ts';

/** Replaces the project's table. Throws `enrichment.pattern_unreadable`, `pattern_too_slow`, `values_missing`, `list_unknown`. */
export async function saveChannelRules(db: QueryExecutorProvider, projectId: number, rules: readonly ChannelRule[], now: number): Promise<void> {
  checkRules(rules);
  await sql`
    INSERT INTO channel_rules (project_id, rules, updated_at) VALUES (${projectId}, ${JSON.stringify(rules)}::jsonb, ${new Date(now).toISOString()})
    ON CONFLICT (project_id) DO UPDATE SET rules = excluded.rules, updated_at = excluded.updated_at`.execute(db);
}

/** Goes back to the usual table. */
export async function resetChannelRulesOf(db: QueryExecutorProvider, projectId: number): Promise<void> {
  await sql`DELETE FROM channel_rules WHERE project_id = ${projectId}`.execute(db);
}
