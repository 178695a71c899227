import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What `first-run.json` holds. */
export interface FirstRun {
  url: string;
  email: string;
  password: string;
  projectId: number;
  writeKey: string;
  secretKey: string;
}

/** The product as a process of its own, on a data folder of its own, as a newcomer runs it. */
export interface ProductProcess {
  url: string;
  firstRun: FirstRun;
  child: ChildProcess;
  /** Milliseconds from spawn to `/readyz`. */
  readyAfterMs: number;
  output(): string;
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'perennial-'));

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Polls until `read` gives something; throws with `what` after `timeoutMs`. */
export async function until<T>(what: string, read: () => Promise<T | undefined | false> | T | undefined | false, timeoutMs = 60_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await read();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms for ${what}${last ? `; last error: ${String(last)}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Starts `src/main.ts` and waits until it is ready. `environment` is added to a clean one. */
export async function startProduct(folder: string, port: number, environment: Record<string, string> = {}): Promise<ProductProcess> {
  const startedAt = Date.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      TZ: 'Asia/Shanghai',
      UV_THREADPOOL_SIZE: '16',
      PERENNIAL_LOG: 'warn',
      PERENNIAL_PORT: String(port),
      PERENNIAL_DATA: folder,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = `http://127.0.0.1:${port}`;
  await until(
    'the product to be ready',
    async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      return (await fetch(`${url}/readyz`)).ok;
    },
    150_000,
  ).catch((error) => {
    child.kill('SIGKILL');
    throw new Error(`${String(error)}\n${output}`);
  });
  const file = join(folder, 'first-run.json');
  if (!existsSync(file)) throw new Error(`first-run.json is missing\n${output}`);
  return {
    url,
    firstRun: JSON.parse(readFileSync(file, 'utf8')) as FirstRun,
    child,
    readyAfterMs: Date.now() - startedAt,
    output: () => output,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Like `fetch`, but comes again while the server says that it is busy, as every client does: on a busy machine a start makes it late. */
export async function fetchPatiently(url: string | URL, init?: RequestInit): Promise<Response> {
  for (let turn = 0; ; turn += 1) {
    const reply = await fetch(url, init);
    if (reply.status !== 503 || turn === 30 || !(await reply.clone().text()).includes('"http.busy"')) return reply;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Calls the API of a running product with the first project's secret key. Throws on anything else but 2xx. */
export async function api<T = unknown>(product: ProductProcess, method: string, path: string, body?: unknown): Promise<T> {
  const { projectId, secretKey } = product.firstRun;
  const reply = await fetchPatiently(`${product.url}/api/projects/${projectId}${path}`, {
    method,
    headers: { authorization: `Bearer ${secretKey}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text.slice(0, 500)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
