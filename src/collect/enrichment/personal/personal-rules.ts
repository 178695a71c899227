import { type QueryExecutorProvider, sql } from 'kysely';
import { type PersonalRule, refuseEnrichment } from '../contract.ts';
import type { PersonalKind } from './detect.ts';

/** Places where data looks personal; the newest first. */
export interface Finding {
  place: 'property' | 'trait';
  name: string;
  kind: PersonalKind;
  seen: number;
  firstSeenAt: string;
  lastSeenAt: string;
}

const FINDINGS_MAX = 200;

export async function findingsOf(db: QueryExecutorProvider, projectId: number): Promise<Finding[]> {
  const { rows } = await sql<Omit<Finding, 'firstSeenAt' | 'lastSeenAt'> & { first: Date; last: Date }>`
    SELECT place, name, kind, seen, first_seen_at AS first, last_seen_at AS last FROM personal_findings
    WHERE project_id = ${projectId} ORDER BY last_seen_at DESC, place, name LIMIT ${FINDINGS_MAX}`.execute(db);
  return rows.map(({ first, last, ...rest }) => ({ ...rest, firstSeenAt: first.toISOString(), lastSeenAt: last.toISOString() }));
}

/** Sets a rule; what stood there is replaced. */
export async function savePersonalRule(db: QueryExecutorProvider, projectId: number, rule: PersonalRule, now: number): Promise<void> {
  await sql`
    INSERT INTO personal_rules (project_id, place, name, action, updated_at)
    VALUES (${projectId}, ${rule.place}, ${rule.name}, ${rule.action}, ${new Date(now).toISOString()})
    ON CONFLICT (project_id, place, name) DO UPDATE SET action = excluded.action, updated_at = excluded.updated_at`.execute(db);
}

/** Throws `enrichment.rule_unknown`. */
export async function removePersonalRule(db: QueryExecutorProvider, projectId: number, rule: Pick<PersonalRule, 'place' | 'name'>): Promise<void> {
  const { rows } = await sql`
    DELETE FROM personal_rules WHERE project_id = ${projectId} AND place = ${rule.place} AND name = ${rule.name} RETURNING 1`.execute(db);
  if (rows.length === 0) throw refuseEnrichment('rule_unknown');
}
