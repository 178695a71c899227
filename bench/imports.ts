/**
 * Import of a file against a bare insert of the same rows: rows/s through reader, mapping, identity, enrichment, tracking plan and stream, and the ratio.
 * `node bench/imports.ts [rows]` (embedded stores, a folder of its own that is removed).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../src/kernel/boot/boot.ts';
import { createLog } from '../src/kernel/log.ts';
import { slices } from '../src/main.ts';
import { createFirstRun, guardOf } from '../src/workspace/first-run/index.ts';

const rows = Number(process.argv[2] ?? 200_000);
const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-imports-'));
const settings = { PERENNIAL_PORT: '0', PERENNIAL_DATA: folder, PERENNIAL_DEMO: '0', PERENNIAL_LOG: 'warn' };
const product = await boot({ slices, settings, guard: guardOf, prepare: createFirstRun, log: createLog('warn') });
try {
  const { projectId, secretKey } = JSON.parse(readFileSync(join(folder, 'first-run.json'), 'utf8')) as {
    projectId: number;
    secretKey: string;
  };
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const isBytes = Buffer.isBuffer(body);
    const reply = await fetch(`${product.url}/api/projects/${projectId}/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secretKey}`,
        ...(body !== undefined && { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }),
      },
      ...(body !== undefined && { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as Record<string, unknown>;
  };
  const line = (n: number): string => `A${n},u${n % 10_000},2026-0${1 + (n % 9)}-11 10:00:00,${(n % 500) / 10},shoes,web`;
  const text = `order_id,user_id,order_time,amount,category,channel\n${Array.from({ length: rows }, (_, n) => line(n)).join('\n')}\n`;

  const insertStarted = performance.now();
  for (let from = 0; from < rows; from += 5_000) {
    const part = Array.from({ length: Math.min(5_000, rows - from) }, (_, index) => {
      const n = from + index;
      const time = Date.UTC(2026, n % 9, 11, 10);
      return `{"project_id":999,"person_id":${n % 10_000},"event":"Ordered","time":${time},"day":"2026-01-11","sequence":${n},"message_id":"raw:${n}","user_id":"u${n % 10_000}","source":"import","properties":{"revenue":${(n % 500) / 10},"category":"shoes","channel":"web"},"context":"{}","received_at":${time}}`;
    });
    await product.kernel.clickhouse.insert('events', part.join('\n'));
  }
  const rawRate = rows / ((performance.now() - insertStarted) / 1_000);

  const bytes = Buffer.from(text);
  const created = await call('POST', 'import-files', { name: 'orders.csv', sizeBytes: bytes.length });
  await call('PUT', `import-files/${String(created.id)}/content?offset=0`, bytes);
  const { guess } = await call('GET', `import-files/${String(created.id)}/columns`);
  const rates: Record<string, number> = {};
  for (const mode of ['check', 'take'] as const) {
    const started = await call('POST', `import-files/${String(created.id)}/runs`, { mapping: { ...(guess as object), eventName: 'Ordered' }, mode });
    for (;;) {
      const { import: run } = (await call('GET', `imports/${String(started.id)}`)) as {
        import: { state: string; workedMs: number; accepted: number; failure: unknown };
      };
      if (run.state === 'done') {
        rates[mode] = rows / (run.workedMs / 1_000);
        break;
      }
      if (run.state === 'failed') throw new Error(JSON.stringify(run.failure));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const per = (rate: number | undefined): string => Math.round(rate ?? 0).toLocaleString('en');
  console.log(`${rows.toLocaleString('en')} rows of a table (${(bytes.length / 1_048_576).toFixed(1)} MB)`);
  console.log(`bare insert        ${per(rawRate)} rows/s`);
  console.log(`dry run            ${per(rates.check)} rows/s`);
  console.log(`import             ${per(rates.take)} rows/s   ratio ${((rates.take ?? 0) / rawRate).toFixed(2)}`);
} finally {
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
}
