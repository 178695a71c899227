// Which live key has this token?
import type { Kysely } from 'kysely';
import type { KeyOfToken } from '../api.ts';
import { hashToken } from '../key.ts';
import type { ProjectTables } from '../tables.ts';

export async function liveKeyByToken(db: Kysely<ProjectTables>, token: string): Promise<KeyOfToken | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .select(['id', 'project_id', 'kind'])
    .where('token_hash', '=', hashToken(token))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row && { keyId: row.id, projectId: row.project_id, kind: row.kind };
}
