import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSecretBox } from '../secret-box.ts';
import { guardedLookup, isAllowedAddress } from './addresses.ts';
import { guardedRequest, readText } from './guarded-request.ts';

const server = createServer((request, response) => {
  if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
  else if (request.url === '/round') response.writeHead(302, { location: '/round' }).end();
  else if (request.url === '/once') response.writeHead(302, { location: '/there' }).end();
  else if (request.url === '/silent') response.flushHeaders();
  else response.end(`you asked ${request.url}`);
});
let origin: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const ask = (path: string, more: { allowsPrivate?: boolean; idleTimeoutMs?: number } = {}) =>
  guardedRequest({ url: path.startsWith('/') ? origin + path : path, allowsPrivate: true, idleTimeoutMs: 2_000, redirectsMax: 3, ...more });

test('addresses of our own networks are told from public ones, whatever they are written as', () => {
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
  ];
  for (const address of inside) expect([address, isAllowedAddress(address, false)]).toEqual([address, false]);
  for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])
    expect([address, isAllowedAddress(address, false)]).toEqual([address, true]);
  expect(isAllowedAddress('10.1.2.3', true)).toBe(true);
  expect(isAllowedAddress('169.254.169.254', true)).toBe(false);
});

test('a request to a private address is refused, as a number, as a name and behind a redirect', async () => {
  await expect(ask('/', { allowsPrivate: false })).rejects.toMatchObject({ name: 'PrivateAddressError' });
  const port = new URL(origin).port;
  await expect(ask(`http://localhost:${port}/`, { allowsPrivate: false })).rejects.toMatchObject({ name: 'PrivateAddressError' });
  await expect(ask(`http://2130706433:${port}/`, { allowsPrivate: false })).rejects.toMatchObject({ name: 'PrivateAddressError' });
  await expect(ask('/away')).rejects.toMatchObject({ name: 'PrivateAddressError' });
  await expect(ask('file:///etc/passwd')).rejects.toMatchObject({ reason: 'scheme' });
  await new Promise<void>((resolve) => {
    guardedLookup(false)('localhost', { all: true }, (error) => {
      expect(error).toMatchObject({ name: 'PrivateAddressError' });
      resolve();
    });
  });
});

test('redirects are followed up to their number, and silence ends', async () => {
  const reply = await ask('/once');
  expect([reply.status, reply.url, await readText(reply.body, 100)]).toEqual([200, `${origin}/there`, 'you asked /there']);
  await expect(ask('/round')).rejects.toMatchObject({ reason: 'redirects' });
  const silent = await ask('/silent', { idleTimeoutMs: 200 });
  await expect(readText(silent.body, 100)).rejects.toThrow();
});

test('what is sealed opens only with the same secret and purpose, and unchanged', () => {
  const box = createSecretBox('a secret that is long enough for it', 'pulls');
  const sealed = box.seal('密码 p@ss');
  expect(sealed).not.toBe(box.seal('密码 p@ss'));
  expect(box.open(sealed)).toBe('密码 p@ss');
  expect(() => createSecretBox('a secret that is long enough for it', 'exports').open(sealed)).toThrow();
  expect(() => createSecretBox('another secret that is long enough', 'pulls').open(sealed)).toThrow();
  expect(() => box.open(`${sealed.slice(0, -2)}AA`)).toThrow();
  expect(() => box.open('plain')).toThrow();
});
