import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { door as exportsDoor } from '../collect/exports/index.ts';
import { openTestCollect, type TestCollect } from '../collect/imports/testing/open-collect.ts';
import { door as pullsDoor } from '../collect/pulls/index.ts';
import { door as sourcesDoor } from '../collect/sources/index.ts';

/* Places that know an erased person only by what they are called: afterwards none of them does, and what is about others stays. */
let on: TestCollect;
beforeAll(async () => {
  on = await openTestCollect({ more: [sourcesDoor, pullsDoor, exportsDoor], isQuiet: true });
  await on.startWorkers();
});
afterAll(() => on.stop());

const db = () => on.kernel.postgres.as();
const hashOf = (row: object): string => createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 32);
const badRows = (id: string): string => join(on.kernel.dataFolder, 'imports', `${id}.bad.csv`);

async function fill(projectId: number): Promise<{ his: string; hers: string }> {
  const [his, hers, source, pull] = [on.kernel.ids.uuid(), on.kernel.ids.uuid(), on.kernel.ids.uuid(), on.kernel.ids.uuid()];
  await sql`INSERT INTO sources (id, project_id, name, token_hash, token_sealed, created_at) VALUES (${source}, ${projectId}, 's', ${source}, '', now())`.execute(
    db(),
  );
  const bodies = ['{"customer":"u7"}', 'mail=wang%40example.com', '{"phone":13800138000}', '{"customer":"u77"}'];
  for (const body of bodies)
    await sql`INSERT INTO source_deliveries VALUES (${on.kernel.ids.uuid()}, ${projectId}, ${source}, now(), 'taken', 1, 0, 0, '[]', '{}', ${body}, false)`.execute(
      db(),
    );
  const refusals = JSON.stringify([
    { line: 1, code: 'x', message: 'wang@example.com', details: {} },
    { line: 2, code: 'x', message: 'li@example.com', details: {} },
  ]);
  for (const [id, email] of [
    [his, 'WANG@example.com'],
    [hers, 'li@example.com'],
  ] as const) {
    await sql`INSERT INTO imports (id, project_id, name, state, refusals, created_at) VALUES (${id}, ${projectId}, ${id}, 'done', ${refusals}::jsonb, now())`.execute(
      db(),
    );
    mkdirSync(join(on.kernel.dataFolder, 'imports'), { recursive: true });
    writeFileSync(badRows(id), `_import_row,_import_reason,email\n1,x,${email}\n`);
  }
  const mapping = JSON.stringify({
    content: 'people',
    columns: [
      { column: 'id', role: 'userId' },
      { column: 'email', role: 'trait' },
    ],
  });
  await sql`INSERT INTO pulls (id, project_id, name, connection, sealed_password, question, mapping, schedule, state, next_at, created_at)
    VALUES (${pull}, ${projectId}, 'p', '{}', '', '{}', ${mapping}::jsonb, '{}', 'paused', now(), now())`.execute(db());
  await sql`INSERT INTO pull_runs (id, pull_id, project_id, state, refusals, started_at) VALUES (${his}, ${pull}, ${projectId}, 'done', ${refusals}::jsonb, now())`.execute(
    db(),
  );
  for (const id of ['u7', 'u77']) await sql`INSERT INTO pull_people VALUES (${pull}, ${hashOf({ id })}, 'x')`.execute(db());
  return { his, hers };
}

test('bodies, refusals, refused rows, what pulls were told and the history of traits hold nothing of an erased person', async () => {
  const { projectId, secretKey } = await on.newProject();
  const base = { kind: 'identify' as const, event: '$identify', properties: {}, context: {}, sequence: 0, time: Date.now() };
  const traits = { email: 'wang@example.com', mobile: '13800138000' };
  await on.stream.accept(projectId, [{ ...base, messageId: 'm1', userId: 'u7', traits }], { receivedAt: Date.now(), source: 'test' });
  const personId = (await on.identity.personOf(projectId, 'user', 'u7')) ?? 0;
  await sql`INSERT INTO event_moves (project_id, target, sources, ids, split_at) VALUES (${projectId}, ${personId}, '{}', '[]', now())`.execute(db());
  const { his, hers } = await fill(projectId);

  const path = `/api/projects/${projectId}`;
  const asked = await on.ask(secretKey, 'POST', `${path}/people/${personId}/erasure`, {});
  expect(asked).toMatchObject({ status: 202 });
  const { erasureId } = asked.body as { erasureId: string };
  type Erased = { state: string; proof: { rows: { table: string; before: number; after: number }[]; files: unknown } };
  const read = async () => (await on.ask(secretKey, 'GET', `${path}/erasures/${erasureId}`)).body as Erased;
  await expect.poll(async () => (await read()).state, { timeout: 60_000 }).toBe('done');
  const { proof } = await read();
  expect(proof.rows.filter(({ after }) => after > 0)).toEqual([]);
  const before = Object.fromEntries(proof.rows.map((row) => [row.table, row.before]));
  expect(before).toMatchObject({
    source_deliveries: 3,
    imports: 2,
    'imports.bad_rows': 1,
    pull_runs: 1,
    pull_people: 1,
    event_moves: 1,
    trait_changes: 2,
  });
  expect(before).toHaveProperty('people_to_copy');
  expect(proof.files).toEqual([
    { place: 'imports.files', days: 7 },
    { place: 'exports.files', days: 3 },
  ]);

  const { rows } = await sql`SELECT body FROM source_deliveries WHERE project_id = ${projectId}`.execute(db());
  expect(rows).toEqual([{ body: '{"customer":"u77"}' }]);
  const { rows: kept } = await sql<{ refusals: object[] }>`SELECT refusals FROM imports WHERE project_id = ${projectId}
    UNION ALL SELECT refusals FROM pull_runs WHERE project_id = ${projectId}`.execute(db());
  expect(kept.map(({ refusals }) => refusals)).toEqual(Array(3).fill([expect.objectContaining({ line: 2 })]));
  expect([existsSync(badRows(his)), existsSync(badRows(hers))]).toEqual([false, true]);
  const { rows: told } = await sql`SELECT person FROM pull_people WHERE pull_id IN (SELECT id FROM pulls WHERE project_id = ${projectId})`.execute(
    db(),
  );
  expect(told).toEqual([{ person: hashOf({ id: 'u77' }) }]);
});
