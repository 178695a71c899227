import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type Dropped, NotDelivered, Perennial, VERSION } from './index.ts';

interface Taken {
  headers: IncomingMessage['headers'];
  batch: { event: string; messageId: string; userId: string; properties: { n: number } }[];
}

/** A server that answers as it is told. */
interface FakeServer {
  host: string;
  taken: Taken[];
  /** The next answers; 200 when there are none. */
  answers: { status: number; headers?: Record<string, string>; body?: object; hold?: Promise<unknown> }[];
  server: Server;
}

const open: FakeServer[] = [];
const clients: Perennial[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close(0)));
  for (const { server } of open.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function openServer(): Promise<FakeServer> {
  const taken: Taken[] = [];
  const answers: FakeServer['answers'] = [];
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const raw = Buffer.concat(chunks);
      const body = raw[0] === 0x1f ? gunzipSync(raw) : raw;
      taken.push({ headers: request.headers, batch: (JSON.parse(body.toString()) as Taken).batch });
      const { status, headers = {}, body: answer = { success: true }, hold } = answers.shift() ?? { status: 200 };
      await hold;
      reply.writeHead(status, headers).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const fake = { host: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`, taken, answers, server };
  open.push(fake);
  return fake;
}

function newClient(host: string, options: Partial<ConstructorParameters<typeof Perennial>[0]> = {}): Perennial {
  const client = new Perennial({ writeKey: 'wk', host, flushIntervalMs: 5, ...options });
  clients.push(client);
  return client;
}
const names = ({ taken }: FakeServer) => taken.flatMap(({ batch }) => batch.map(({ event }) => event));

test('messages go in batches, in order, packed, under the key', async () => {
  const server = await openServer();
  const client = newClient(server.host, { flushAt: 40 });
  for (let n = 0; n < 100; n += 1) expect(client.track({ userId: 'u', event: `E${n}`, properties: { n } })).toBe(true);
  expect(client.waiting).toBe(100);
  await client.close();
  expect(client.waiting).toBe(0);
  expect(names(server)).toEqual(Array.from({ length: 100 }, (_, n) => `E${n}`));
  expect(server.taken.map(({ batch }) => batch.length)).toEqual([40, 40, 20]);
  expect(server.taken[0]?.headers).toMatchObject({
    authorization: `Basic ${Buffer.from('wk:').toString('base64')}`,
    'content-encoding': 'gzip',
    'content-type': 'application/json',
    'user-agent': `perennial-node/${VERSION}`,
  });
});

test('the version is that of the package', () => {
  expect(JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'))).toMatchObject({ version: VERSION });
});

test('what fails is sent again with the same ids; Retry-After is waited for', async () => {
  const server = await openServer();
  server.answers.push({ status: 503, headers: { 'retry-after': '1' } });
  const client = newClient(server.host);
  const began = performance.now();
  await client.track({ userId: 'u', event: 'Stubborn' }, { wait: 'delivery' });
  expect(performance.now() - began).toBeGreaterThanOrEqual(990);
  expect(server.taken).toHaveLength(2);
  expect(server.taken[0]?.batch[0]?.messageId).toBe(server.taken[1]?.batch[0]?.messageId);
});

test('a full queue says so, or lets those wait who want to', async () => {
  const server = await openServer();
  let answer = (): void => undefined;
  server.answers.push({
    status: 200,
    hold: new Promise<void>((resolve) => {
      answer = resolve;
    }),
  });
  const dropped: Dropped[] = [];
  const client = newClient(server.host, { queueCountMax: 2, flushAt: 1, onDrop: (each) => dropped.push(each) });
  expect([client.track({ userId: 'u', event: 'A' }), client.track({ userId: 'u', event: 'B' }), client.track({ userId: 'u', event: 'C' })]).toEqual([
    true,
    true,
    false,
  ]);
  expect(dropped).toMatchObject([{ reason: 'queue_full', message: expect.stringContaining('"C"') }]);
  let isIn = false;
  const waiting = client.track({ userId: 'u', event: 'D' }, { wait: 'room' }).then(() => {
    isIn = true;
  });
  const after = client.track({ userId: 'u', event: 'E' }, { wait: 'room' });
  await expect.poll(() => server.taken.length).toBe(1);
  expect(isIn).toBe(false);
  answer();
  await Promise.all([waiting, after]);
  await client.close();
  expect(names(server)).toEqual(['A', 'B', 'D', 'E']);
});

test('whoever waits for delivery learns of a refusal; the others of the batch are delivered', async () => {
  const server = await openServer();
  server.answers.push({
    status: 200,
    body: { success: true, accepted: 1, refused: [{ index: 1, code: 'stream.event_name_reserved', message: 'Names that begin with $' }] },
  });
  const dropped: Dropped[] = [];
  const client = newClient(server.host, { onDrop: (each) => dropped.push(each) });
  const [good, bad] = await Promise.allSettled([
    client.track({ userId: 'u', event: 'Good' }, { wait: 'delivery' }),
    client.track({ userId: 'u', event: '$bad' }, { wait: 'delivery' }),
  ]);
  expect(good.status).toBe('fulfilled');
  expect(bad).toMatchObject({ status: 'rejected', reason: expect.any(NotDelivered) });
  expect(dropped).toMatchObject([{ reason: 'refused', code: 'stream.event_name_reserved' }]);
  server.answers.push({ status: 401 });
  await expect(client.track({ userId: 'u', event: 'X' }, { wait: 'delivery' })).rejects.toThrow('refused, 401');
});

test('too large for the server in one piece: the batch is cut until it fits', async () => {
  const server = await openServer();
  server.answers.push({ status: 413 }, { status: 413 });
  const client = newClient(server.host, { flushAt: 8 });
  for (let n = 0; n < 8; n += 1) client.track({ userId: 'u', event: `E${n}` });
  await client.close();
  expect(server.taken.map(({ batch }) => batch.length)).toEqual([8, 4, 2, 6]);
  expect(names(server).slice(12)).toEqual(Array.from({ length: 8 }, (_, n) => `E${n}`));
});

test('what a program gets wrong throws at once; what cannot be sent is told', async () => {
  const server = await openServer();
  const dropped: Dropped[] = [];
  const client = newClient(server.host, { onDrop: (each) => dropped.push(each) });
  expect(() => client.track({ event: 'Nobody' })).toThrow('track needs a userId or an anonymousId');
  expect(() => client.track({ userId: 'u', event: ' ' })).toThrow('needs the name');
  expect(() => client.track({ userId: 'u', event: 'A', timestamp: 'yesterday' })).toThrow('timestamp is no time');
  expect(() => client.group({ userId: 'u', groupId: '' })).toThrow('groupId');
  expect(() => new Perennial({ writeKey: '', host: 'https://x' })).toThrow('writeKey');
  expect(() => new Perennial({ writeKey: 'k', host: 'x.example' })).toThrow('host must be an address');
  expect(client.track({ userId: 'u', event: 'Large', properties: { text: 'x'.repeat(33_000) } })).toBe(false);
  const hostile = {
    get boom() {
      throw new Error('no');
    },
  };
  expect(client.track({ userId: 'u', event: 'Hostile', properties: hostile })).toBe(false);
  expect(dropped.map(({ reason }) => reason)).toEqual(['too_large', 'unsayable']);
  await client.close();
  expect(client.track({ userId: 'u', event: 'Late' })).toBe(false);
  await expect(client.track({ userId: 'u', event: 'Late' }, { wait: 'room' })).rejects.toThrow('closed');
});

test('close gives up in time when the server is dead, and tells what was lost', async () => {
  const dropped: Dropped[] = [];
  const client = newClient('http://127.0.0.1:9', { onDrop: (each) => dropped.push(each) });
  client.track({ userId: 'u', event: 'Lost' });
  const fate = client.track({ userId: 'u', event: 'Lost too' }, { wait: 'delivery' }).catch((error: unknown) => error);
  const began = performance.now();
  await client.close(300);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(dropped.map(({ reason }) => reason)).toEqual(['closed', 'closed']);
  expect(await fate).toBeInstanceOf(NotDelivered);
});

/** A program of its own that tracks 250 events; what follows decides how it ends. */
function runProgram(
  host: string,
  options: string,
  ending: string,
): { child: ChildProcess; ended: Promise<{ code: number | null; signal: string | null }> } {
  const program = `import { Perennial } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
const client = new Perennial({ writeKey: 'k', host: ${JSON.stringify(host)}, ${options} });
for (let n = 0; n < 250; n += 1) client.track({ userId: 'u', event: 'E' + n });
${ending}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, ended: new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal }))) };
}

test('a process that ends by itself sends what waits before, and one whose server is dead ends all the same', async () => {
  const server = await openServer();
  expect(await runProgram(server.host, 'flushIntervalMs: 60_000, flushAt: 1_000', '').ended).toEqual({ code: 0, signal: null });
  expect(names(server)).toHaveLength(250);
  expect(await runProgram('http://127.0.0.1:9', 'closeTimeoutMs: 200', '').ended).toEqual({ code: 0, signal: null });
});

test('at a signal what waits is sent, and the process ends as by the signal', async () => {
  const server = await openServer();
  const { child, ended } = runProgram(
    server.host,
    "flushIntervalMs: 60_000, flushAt: 1_000, flushOnSignals: ['SIGTERM']",
    "setInterval(() => undefined, 1_000); console.log('ready');",
  );
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
  expect(names(server)).toHaveLength(250);
});
