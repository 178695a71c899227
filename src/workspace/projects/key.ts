import { createHash } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import type { Ids } from '../../kernel/ids.ts';
import { type ApiKey, type KeyKind, refuse } from './contract.ts';
import type { ApiKeyRow, ProjectTables } from './tables.ts';

/** Live keys in one project. */
const liveKeysMax = 100;
/** Characters of a token that are kept readable. */
const prefixLength = 10;
const tokenPrefixes: Record<KeyKind, string> = { write: 'wk', secret: 'sk' };

/** SHA-256 as it stands in the table. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Makes a key and gives its token, which for a secret key can never be read again. Throws `projects.too_many_keys` beyond 100 live keys. */
export async function insertKey(
  tx: Transaction<ProjectTables>,
  by: { ids: Ids; now: number },
  input: { projectId: number; kind: KeyKind; name: string },
): Promise<{ key: ApiKey; token: string }> {
  // The lock makes the count below true until the end of the transaction.
  await tx.selectFrom('projects').select('id').where('id', '=', input.projectId).forUpdate().execute();
  const live = await tx
    .selectFrom('api_keys')
    .select((is) => is.fn.countAll<number>().as('count'))
    .where('project_id', '=', input.projectId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (live.count >= liveKeysMax) throw refuse('too_many_keys', { details: { max: liveKeysMax } });
  const token = by.ids.secret(tokenPrefixes[input.kind]);
  const row = await tx
    .insertInto('api_keys')
    .values({
      id: by.ids.uuid(),
      project_id: input.projectId,
      kind: input.kind,
      name: input.name,
      token_hash: hashToken(token),
      token_prefix: token.slice(0, prefixLength),
      token_plain: input.kind === 'write' ? token : null,
      created_at: new Date(by.now),
      last_used_at: null,
      revoked_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { key: presentKey(row), token };
}

/** Revokes a live key for ever. Throws `projects.unknown_key`, `projects.key_already_revoked`. */
export async function markKeyRevoked(tx: Transaction<ProjectTables>, now: number, projectId: number, keyId: string): Promise<ApiKey> {
  const row = await tx
    .updateTable('api_keys')
    .set({ revoked_at: new Date(now) })
    .where('project_id', '=', projectId)
    .where('id', '=', keyId)
    .where('revoked_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (row) return presentKey(row);
  const revoked = await tx.selectFrom('api_keys').select('id').where('project_id', '=', projectId).where('id', '=', keyId).executeTakeFirst();
  throw refuse(revoked ? 'key_already_revoked' : 'unknown_key');
}

export function presentKey(row: Selectable<ApiKeyRow>): ApiKey {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    prefix: row.token_prefix,
    token: row.token_plain,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  };
}
