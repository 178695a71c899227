// Which API keys does a project have, newest first?
import type { Kysely } from 'kysely';
import type { ApiKey } from '../contract.ts';
import { presentKey } from '../key.ts';
import type { ProjectTables } from '../tables.ts';

export async function keysOfProject(db: Kysely<ProjectTables>, projectId: number): Promise<ApiKey[]> {
  const rows = await db
    .selectFrom('api_keys')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(presentKey);
}
