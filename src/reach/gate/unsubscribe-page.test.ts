import fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { door } from './index.ts';
import { signedWith } from './unsubscribe-link.ts';
import { unsubscribePage } from './unsubscribe-page.ts';

let stores: TestStores;
let app: FastifyInstance;
beforeAll(async () => {
  stores = await openTestStores({ slices: [door] });
  const page = unsubscribePage(stores.kernel, links);
  app = fastify();
  await app.register(async (scope) => page.register(scope, { timed: () => {} }));
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const links = signedWith('a secret', '');
const link = links.linkTo({ projectId: 3, personId: 7, address: '"Li"@example.com' });
const refusals = async () =>
  (
    await sql<{ person_id: number; source: string }>`SELECT person_id, source FROM opt_outs WHERE project_id = 3`.execute(
      stores.kernel.postgres.as<object>(),
    )
  ).rows;
const post = (payload: string, type = 'application/x-www-form-urlencoded') =>
  app.inject({ method: 'POST', url: link, headers: { 'content-type': type }, payload });

test('opening the page changes nothing: scanners open links', async () => {
  const seen = await app.inject({ method: 'GET', url: link, headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
  expect([seen.statusCode, seen.headers['cache-control']]).toEqual([200, 'no-store']);
  expect(seen.body).toContain('不再接收这类邮件');
  expect(await refusals()).toEqual([]);
});

test.each([
  ['as a form', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
  ['in parts', 'multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--'],
])('one click opts out without signing in, sent %s, and can be taken back', async (_, type, payload) => {
  expect((await post(payload, type)).statusCode).toBe(200);
  expect(await refusals()).toEqual([{ person_id: 7, source: 'unsubscribe_link' }]);
  expect((await post(payload, type)).statusCode).toBe(200);
  expect(await refusals()).toHaveLength(1);
  expect((await post('undo=1')).body).toContain('subscribed again');
  expect(await refusals()).toEqual([]);
});

test('a link that was changed works for nobody', async () => {
  for (const url of [`${link}x`, link.replace('/u/', '/u/e'), '/u/x', '/u/..'])
    for (const method of ['GET', 'POST'] as const) expect([url, (await app.inject({ method, url, payload: '' })).statusCode]).toEqual([url, 404]);
  expect(await refusals()).toEqual([]);
});
