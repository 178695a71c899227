import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchPatiently, freePort, newFolder, type ProductProcess, startProduct } from './product-process.ts';

interface Operation {
  method: string;
  path: string;
  access: string;
  operationId: string;
  hasBody: boolean;
}

const ROLES = ['owner', 'admin', 'analyst', 'operator', 'viewer'] as const;
type Role = (typeof ROLES)[number];
const NEW_PASSWORD = 'a long new password';

let product: ProductProcess;
let operations: Operation[];
const cookies = new Map<Role | 'stranger', string>();
let permissions: Map<Role, Set<string>>;
let ownProject: number;
let otherProject: number;

async function request(method: string, path: string, options: { cookie?: string; bearer?: string; body?: unknown; raw?: string } = {}) {
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const reply = await fetchPatiently(`${product.url}${path}`, {
    method,
    headers: {
      ...(options.cookie && { cookie: options.cookie, origin: product.url }),
      ...(options.bearer && { authorization: `Bearer ${options.bearer}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
    redirect: 'manual',
  });
  const text = await reply.text();
  return {
    status: reply.status,
    text,
    cookie: reply.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; '),
  };
}

async function signIn(email: string, password: string): Promise<string> {
  const reply = await request('POST', '/api/session', { body: { email, password } });
  expect(reply.status, reply.text).toBe(200);
  return reply.cookie;
}

/** A path with its parameters filled: an id that no project has, unless `projectId` is given. */
const fill = (path: string, projectId: number): string =>
  path
    .replace('{projectId}', String(projectId))
    .replace(/\{(\w+)\}/g, (_, name: string) =>
      /(key|member|delivery|import|insight|erasure|destination|download|file|pull|source)Id/.test(name)
        ? '00000000-0000-4000-8000-000000000000'
        : '2000000000',
    );

beforeAll(async () => {
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_DEMO: '0' });
  const { email, password, projectId } = product.firstRun;
  ownProject = projectId;
  const owner = await signIn(email, password);
  cookies.set('owner', owner);
  for (const role of ROLES.slice(1)) {
    const added = await request('POST', `/api/projects/${projectId}/members`, { cookie: owner, body: { email: `${role}@team.example`, role } });
    expect(added.status, added.text).toBe(201);
    const first = await signIn(`${role}@team.example`, (JSON.parse(added.text) as { oneTimePassword: string }).oneTimePassword);
    const current = (JSON.parse(added.text) as { oneTimePassword: string }).oneTimePassword;
    const changed = await request('PUT', '/api/account/password', { cookie: first, body: { currentPassword: current, newPassword: NEW_PASSWORD } });
    expect(changed.status, changed.text).toBe(204);
    cookies.set(role, await signIn(`${role}@team.example`, NEW_PASSWORD));
  }
  const made = await request('POST', '/api/projects', { cookie: owner, body: { name: 'Other', timeZone: 'UTC', currency: 'EUR' } });
  expect(made.status, made.text).toBe(201);
  otherProject = (JSON.parse(made.text) as { project: { id: number } }).project.id;
  permissions = new Map();
  for (const role of ROLES) {
    const session = JSON.parse((await request('GET', '/api/session', { cookie: cookies.get(role) ?? '' })).text) as {
      projects: { id: number; permissions: string[] }[];
    };
    permissions.set(role, new Set(session.projects.find((project) => project.id === ownProject)?.permissions));
  }
  const document = JSON.parse((await request('GET', '/openapi.json')).text) as { paths: Record<string, Record<string, Record<string, unknown>>> };
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      access: String(operation['x-access'] ?? ''),
      operationId: String(operation.operationId ?? `${method} ${path}`),
      hasBody: operation.requestBody !== undefined,
    })),
  );
});
afterAll(() => product?.stop());

const closed = (): Operation[] => operations.filter((operation) => operation.access !== 'public');
const ofProject = (): Operation[] => closed().filter((operation) => operation.path.includes('{projectId}'));

test('the document lists the routes of every built slice with who may call them', () => {
  const slices = new Set(operations.map((operation) => operation.operationId.split('.')[0]));
  for (const slice of [
    'access',
    'projects',
    'audit',
    'imports',
    'people',
    'audiences',
    'segments',
    'insights',
    'templates',
    'gate',
    'journeys',
    'demo',
  ])
    expect(slices).toContain(slice);
  expect(operations.filter((operation) => operation.access === '')).toEqual([]);
  expect(operations.length).toBeGreaterThan(60);
});

test('nobody gets 401 everywhere, and so does a wrong key', async () => {
  for (const operation of closed()) {
    const path = fill(operation.path, ownProject);
    expect([operation.operationId, (await request(operation.method, path, { body: operation.hasBody ? {} : undefined })).status]).toEqual([
      operation.operationId,
      401,
    ]);
    expect([
      operation.operationId,
      (await request(operation.method, path, { bearer: 'sk_wrong', body: operation.hasBody ? {} : undefined })).status,
    ]).toEqual([operation.operationId, 401]);
  }
});

test('a write key opens nothing but the event door', async () => {
  for (const operation of ofProject()) {
    const { status } = await request(operation.method, fill(operation.path, ownProject), {
      bearer: product.firstRun.writeKey,
      body: operation.hasBody ? {} : undefined,
    });
    expect([operation.operationId, [401, 403].includes(status)]).toEqual([operation.operationId, true]);
  }
});

test('every role gets 403 without the permission, and never with it', async () => {
  for (const operation of ofProject()) {
    for (const role of ROLES) {
      // Wrong input, so that nothing is changed by a caller who may.
      const reply = await request(operation.method, fill(operation.path, ownProject), {
        cookie: cookies.get(role) ?? '',
        raw: operation.hasBody ? '{"":0}' : undefined,
      });
      const may = permissions.get(role)?.has(operation.access) ?? false;
      expect([operation.operationId, role, reply.status === 403]).toEqual([operation.operationId, role, !may]);
      expect([operation.operationId, role, reply.status < 500, reply.text]).toEqual([operation.operationId, role, true, reply.text]);
    }
  }
});

test("another project's id is answered like one that does not exist", async () => {
  for (const operation of ofProject()) {
    for (const projectId of [otherProject, 2_000_000_000]) {
      const member = await request(operation.method, fill(operation.path, projectId), {
        cookie: cookies.get('admin') ?? '',
        body: operation.hasBody ? {} : undefined,
      });
      expect([operation.operationId, projectId, member.status]).toEqual([operation.operationId, projectId, 404]);
      const key = await request(operation.method, fill(operation.path, projectId), {
        bearer: product.firstRun.secretKey,
        body: operation.hasBody ? {} : undefined,
      });
      expect([operation.operationId, projectId, key.status]).toEqual([operation.operationId, projectId, 404]);
    }
  }
});

const GARBAGE = [
  '{',
  '[]',
  'null',
  '"text"',
  '1e999',
  '{"a":{"b":[null]}}',
  '{"name":"\\u0000","id":-1}',
  '{"__proto__":{}}',
  `{"name":"${'长'.repeat(3_000)}"}`,
  '{"kind":"trend"}',
  '{"definition":{"kind":"all","conditions":[{}]}}',
];

test('no body makes a 5xx, and what is wrong is listed', async () => {
  for (const operation of operations.filter((each) => each.hasBody)) {
    for (const raw of GARBAGE) {
      const reply = await request(operation.method, fill(operation.path, ownProject), { cookie: cookies.get('owner') ?? '', raw });
      expect([operation.operationId, raw, reply.status < 500, reply.text]).toEqual([operation.operationId, raw, true, reply.text]);
      if (reply.status === 400) expect(JSON.parse(reply.text), operation.operationId).toHaveProperty('error.message');
    }
  }
});

test('no query string or path parameter makes a 5xx', async () => {
  for (const operation of operations.filter((each) => each.method === 'GET')) {
    for (const odd of [
      '?cursor=%00&limit=-1',
      '?limit=x&cursor=%7B%7D&search=%25_%5C',
      "?from='&to=;&page=99999999999999999999",
      '?cursor=e30&limit=1',
    ]) {
      const reply = await request('GET', fill(operation.path, ownProject) + odd, { cookie: cookies.get('owner') ?? '' });
      expect([operation.operationId, odd, reply.status < 500, reply.text.slice(0, 300)]).toEqual([
        operation.operationId,
        odd,
        true,
        reply.text.slice(0, 300),
      ]);
    }
    for (const id of ['0', '-1', '99999999999999999999', 'null', '%00', "'", 'a'.repeat(300)]) {
      if (!/\{(?!projectId)/.test(operation.path)) continue;
      const reply = await request('GET', operation.path.replace('{projectId}', String(ownProject)).replace(/\{\w+\}/g, id), {
        cookie: cookies.get('owner') ?? '',
      });
      expect([operation.operationId, id, reply.status >= 400 && reply.status < 500]).toEqual([operation.operationId, id, true]);
    }
  }
});

test('unknown ids are 404', async () => {
  for (const operation of ofProject().filter((each) => each.method === 'GET' && /\{(?!projectId)/.test(each.path))) {
    const reply = await request('GET', fill(operation.path, ownProject), { cookie: cookies.get('owner') ?? '' });
    expect([operation.operationId, reply.status, reply.text]).toEqual([operation.operationId, 404, reply.text]);
  }
});
