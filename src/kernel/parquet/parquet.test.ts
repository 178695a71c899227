import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { countParquet, readParquet, writeParquet } from './parquet.ts';

const folder = mkdtempSync(join(tmpdir(), 'parquet-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = async (file: string): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of readParquet(file)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

test('rows come back as they were written', async () => {
  const rows = join(folder, "it's.jsonl");
  const file = join(folder, "it's.parquet");
  writeFileSync(
    rows,
    '{"a":9223372036854775807,"b":"常青 \\"x\\"","t":"2026-01-02T03:04:05.678Z"}\n{"a":-1,"b":"","t":"1969-12-31T23:59:59.999Z"}\n',
  );
  await writeParquet(rows, file, "a Int64, b String, t DateTime64(3, 'UTC')");
  expect(await countParquet(file)).toBe(2);
  expect((await text(file)).trim().split('\n')).toEqual([
    '{"a":9223372036854775807,"b":"常青 \\"x\\"","t":"2026-01-02T03:04:05.678Z"}',
    '{"a":-1,"b":"","t":"1969-12-31T23:59:59.999Z"}',
  ]);
});

test('what is no Parquet is told, and the loop can be left', async () => {
  const broken = join(folder, 'broken.parquet');
  writeFileSync(broken, 'PAR1 and then nothing of the kind PAR1');
  await expect(text(broken)).rejects.toMatchObject({ name: 'ParquetError' });
  const rows = join(folder, 'many.jsonl');
  writeFileSync(rows, Array.from({ length: 50_000 }, (_, n) => `{"n":${n},"s":"${'x'.repeat(50)}"}`).join('\n'));
  const file = join(folder, 'many.parquet');
  await writeParquet(rows, file, 'n UInt32, s String');
  for await (const chunk of readParquet(file)) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
});
