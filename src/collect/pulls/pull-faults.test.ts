import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCollect, type TestCollect } from '../imports/testing/open-collect.ts';
import type { Pull } from './contract.ts';
import { door } from './index.ts';
import { type Database, engines } from './testing/databases.ts';

let on: TestCollect;
beforeAll(async () => {
  on = await openTestCollect({ more: [door] });
});
afterAll(() => on.stop());

describe.for(engines)('%s', ([engine, start, isThere]) => {
  let database: Database;
  const isPostgres = engine === 'PostgreSQL';
  beforeAll(async () => {
    if (isThere) database = await start();
  });
  afterAll(() => database?.stop());

  test.skipIf(!isThere)('a question cannot change the database, and every fault of a connection is told', async () => {
    const { projectId, secretKey } = await on.newProject();
    await database.run('CREATE TABLE kept (id int)');
    await database.run('INSERT INTO kept VALUES (1)');
    const ask = (more: { connection?: object; password?: string; sql?: string }) =>
      on.ask(secretKey, 'POST', `/api/projects/${projectId}/pull-samples`, {
        connection: { ...database.connection, ...more.connection },
        password: more.password ?? database.password,
        question: { kind: 'query', sql: more.sql ?? 'SELECT * FROM kept' },
      });
    const code = async (more: Parameters<typeof ask>[0]) => ((await ask(more)).body as { error: { code: string } }).error.code;
    expect((await ask({})).status).toBe(200);
    for (const sql of [
      'DELETE FROM kept',
      'SELECT 1; DELETE FROM kept',
      'SELECT * FROM kept) AS x; DROP TABLE kept; --',
      isPostgres ? "SELECT setval('x', 1)" : "SELECT 1 INTO OUTFILE '/tmp/perennial-no'",
    ])
      expect(await code({ sql })).toBe('pulls.query_failed');
    if (isPostgres) expect(await code({ sql: 'WITH gone AS (DELETE FROM kept RETURNING *) SELECT * FROM gone' })).toBe('pulls.query_failed');
    expect((await ask({})).status).toBe(200);
    expect(await code({ connection: { port: 1 } })).toBe('pulls.unreachable');
    expect(await code({ connection: { host: 'no.such.host.invalid' } })).toBe('pulls.unreachable');
    expect(await code({ connection: { database: 'nothing_here' } })).toBe('pulls.no_database');
    expect(await code({ connection: { host: '169.254.169.254' } })).toBe('pulls.private_address');
    if (!isPostgres) expect(await code({ password: 'wrong' })).toBe('pulls.denied');
    await database.run('DELETE FROM kept');
    expect(await code({})).toBe('pulls.nothing_read');
  });
});

test('others see nothing, and a kept password goes nowhere else', async () => {
  const mine = await on.newProject();
  const other = await on.newProject();
  const connection = { engine: 'postgres', host: '127.0.0.1', port: 1, database: 'x', user: 'u', tls: 'off' };
  const mapping = { content: 'people', timeZone: 'UTC', columns: [{ column: 'id', role: 'userId' }] };
  const path = (projectId: number, more = ''): string => `/api/projects/${projectId}/pulls${more}`;
  const body = {
    name: 'X',
    connection,
    password: 'p',
    question: { kind: 'query', sql: 'SELECT 1' },
    mapping,
    schedule: { every: 'day', at: '03:00' },
  };
  const { id } = (await on.ask(mine.secretKey, 'POST', path(mine.projectId), body)).body as Pull;
  expect((await on.app.inject({ url: path(mine.projectId) })).statusCode).toBe(401);
  expect((await on.ask(other.secretKey, 'GET', path(mine.projectId))).status).toBeGreaterThanOrEqual(403);
  expect((await on.ask(other.secretKey, 'GET', path(other.projectId, `/${id}/runs`))).status).toBe(404);
  expect((await on.ask(other.secretKey, 'DELETE', path(other.projectId, `/${id}`))).status).toBe(404);
  expect((await on.ask(mine.secretKey, 'POST', path(mine.projectId), { ...body, schedule: { every: 'day', at: '25:00' } })).status).toBe(400);
  expect(await on.ask(mine.secretKey, 'POST', path(mine.projectId), { ...body, mapping: { ...mapping, columns: [] } })).toMatchObject({
    status: 400,
    body: { error: { code: 'pulls.mapping_incomplete' } },
  });
  const elsewhere = await on.ask(mine.secretKey, 'POST', `/api/projects/${mine.projectId}/pull-tests`, {
    connection: { ...connection, host: 'evil.example' },
    pullId: id,
  });
  expect(elsewhere).toMatchObject({ status: 400, body: { error: { code: 'pulls.password_missing' } } });
});
