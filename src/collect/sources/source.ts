import { createHash } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { BodyOf } from '../../kernel/http/contract.ts';
import { jsonText } from '../../kernel/json-text.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { SenderLimit } from '../gateway/index.ts';
import { type Mapping, mappingSchema, refuseSource, SOURCES_MAX, type Source, type updateSource } from './contract.ts';
import type { SignatureRule } from './signature.ts';
import type { KeptSignature, SourceRow, SourceTables } from './tables.ts';

/** A source as the way in needs it. */
export interface LiveSource {
  id: string;
  projectId: number;
  name: string;
  mapping: Mapping | null;
  signature: SignatureRule | null;
  limit: SenderLimit | null;
}

export type SourceChanges = BodyOf<typeof updateSource>;

/** What is needed to show a source and to read its secrets. */
export interface SourceParts {
  box: SecretBox;
  publicUrl: string;
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function presentSource(row: Selectable<SourceRow>, { box, publicUrl }: SourceParts): Source {
  const { signature } = row;
  return {
    id: row.id,
    name: row.name,
    url: `${publicUrl}/hooks/${box.open(row.token_sealed)}`,
    mapping: readMapping(row),
    signature: signature && { header: signature.header, algorithm: signature.algorithm, encoding: signature.encoding, form: signature.form },
    ratePerSecond: row.rate_per_second,
    accepted: Number(row.accepted),
    refused: Number(row.refused),
    lastAt: row.last_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

export function liveSource(row: Selectable<SourceRow>, box: SecretBox): LiveSource {
  const signature = row.signature && ruleOf(row.signature, box);
  const rate = row.rate_per_second;
  const limit = rate === null ? null : { eventsPerSecond: rate, burst: rate * 2, eventsPerDay: null };
  return { id: row.id, projectId: row.project_id, name: row.name, mapping: readMapping(row), signature, limit };
}

/** A mapping that was kept before a field was added gets the field's usual value. */
function readMapping(row: Selectable<SourceRow>): Mapping | null {
  return row.mapping && mappingSchema.parse(row.mapping);
}

function ruleOf({ secretSealed, ...rule }: KeptSignature, box: SecretBox): SignatureRule {
  return { ...rule, secret: box.open(secretSealed) };
}

/** Throws `sources.too_many_sources`. */
export async function insertSource(
  tx: Transaction<SourceTables>,
  input: { id: string; projectId: number; name: string; token: string; now: number },
  box: SecretBox,
): Promise<Selectable<SourceRow>> {
  const { count } = await tx
    .selectFrom('sources')
    .select((is) => is.fn.countAll<number>().as('count'))
    .where('project_id', '=', input.projectId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= SOURCES_MAX) throw refuseSource('too_many_sources', { details: { max: SOURCES_MAX } });
  return tx
    .insertInto('sources')
    .values({
      id: input.id,
      project_id: input.projectId,
      name: input.name,
      token_hash: hashToken(input.token),
      token_sealed: box.seal(input.token),
      mapping: null,
      signature: null,
      last_at: null,
      created_at: new Date(input.now),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A value sets, a missing key keeps, null clears. Throws `sources.unknown_source`, `sources.signature_secret_missing`. */
export async function changeSource(
  tx: Transaction<SourceTables>,
  at: { projectId: number; sourceId: string },
  changes: SourceChanges,
  box: SecretBox,
): Promise<Selectable<SourceRow>> {
  const row = await tx
    .selectFrom('sources')
    .selectAll()
    .where('project_id', '=', at.projectId)
    .where('id', '=', at.sourceId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuseSource('unknown_source');
  const signature = changes.signature === undefined ? row.signature : keptSignature(changes.signature, row.signature, box);
  return tx
    .updateTable('sources')
    .set({
      name: changes.name ?? row.name,
      mapping: jsonOrNull(changes.mapping ?? row.mapping),
      signature: jsonOrNull(signature),
      rate_per_second: changes.ratePerSecond === undefined ? row.rate_per_second : changes.ratePerSecond,
    })
    .where('project_id', '=', at.projectId)
    .where('id', '=', at.sourceId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function keptSignature(sent: SourceChanges['signature'], before: KeptSignature | null, box: SecretBox): KeptSignature | null {
  if (!sent) return null;
  const { secret, ...rule } = sent;
  const secretSealed = secret === undefined ? before?.secretSealed : box.seal(secret);
  if (secretSealed === undefined) throw refuseSource('signature_secret_missing');
  return { ...rule, secretSealed };
}

function jsonOrNull(value: object | null): string | null {
  return value && jsonText(value);
}

/** Throws `sources.unknown_source`. */
export async function findSource(db: Kysely<SourceTables>, projectId: number, sourceId: string): Promise<Selectable<SourceRow>> {
  const row = await db.selectFrom('sources').selectAll().where('project_id', '=', projectId).where('id', '=', sourceId).executeTakeFirst();
  if (!row) throw refuseSource('unknown_source');
  return row;
}
