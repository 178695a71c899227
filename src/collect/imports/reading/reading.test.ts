import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { writeParquet } from '../../../kernel/parquet/parquet.ts';
import { detectShape } from './detect-shape.ts';
import { parseJson, readJsonObjects } from './read-json.ts';
import { readRows } from './read-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'reading-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const file = (content: string | Buffer): string => {
  count += 1;
  const path = join(folder, `${count}.file`);
  writeFileSync(path, content);
  return path;
};
async function rowsOf(path: string) {
  const { shape } = await detectShape(path);
  const rows = [];
  for await (const row of readRows({ path, shape })) rows.push(row);
  return { shape, rows };
}

test('Parquet, JSON in an array, JSON over several lines and archives are read as what they are', async () => {
  const lines = '{"event":"A","userId":"1","t":1}\n{"event":"B","userId":"2","t":2}\n';
  const parquet = join(folder, 'x.parquet');
  await writeParquet(file(lines), parquet, 'event String, userId String, t Int64');
  const formats = [
    [parquet, 'parquet', 'none'],
    [file(`[${lines.trim().replace('\n', ',\n')}]`), 'json', 'none'],
    [file(JSON.stringify(JSON.parse(lines.split('\n')[0] ?? ''), undefined, 2) + lines.split('\n')[1]), 'json', 'none'],
    [file(zip({ 'a/1.json.gz': gzipSync(lines.split('\n')[0] ?? ''), 'a/2.json': Buffer.from(lines.split('\n')[1] ?? '') })), 'jsonl', 'zip'],
  ] as const;
  for (const [path, format, compression] of formats) {
    const { shape, rows } = await rowsOf(path);
    expect(shape).toMatchObject({ format, compression });
    expect(rows.map(({ record }) => record)).toEqual([
      { event: 'A', userId: '1', t: 1 },
      { event: 'B', userId: '2', t: 2 },
    ]);
  }
});

test('bad lines are told with their numbers, and the others are read', async () => {
  const { rows } = await rowsOf(file('{"a":1}\r\n\r\nnot json\r\n[1]\r\n{"a":2}'));
  expect(rows.map(({ row, record, fault }) => [row, record ?? fault?.code])).toEqual([
    [1, { a: 1 }],
    [3, 'imports.row_unreadable'],
    [4, 'imports.row_not_object'],
    [5, { a: 2 }],
  ]);
  const table = await rowsOf(file('\uFEFFa\tb\ta\n1\t2\t3\n4\n5\t6\n7\t8\t9\t\n1\t2\t3\t4\n'));
  expect(table.shape.columns).toEqual(['a', 'b', 'a_2']);
  expect(table.rows.map(({ record, fault }) => record ?? fault?.details)).toEqual([
    { a: '1', b: '2', a_2: '3' },
    { cells: 1, columns: 3 },
    { a: '5', b: '6', a_2: '' },
    { a: '7', b: '8', a_2: '9' },
    { cells: 4, columns: 3 },
  ]);
});

test('UTF-16 of spreadsheets', async () => {
  const { shape, rows } = await rowsOf(file(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('用户\t城市\n李\t上海\n', 'utf16le')])));
  expect(shape).toMatchObject({ encoding: 'utf-16le', delimiter: '\t' });
  expect(rows[0]?.record).toEqual({ 用户: '李', 城市: '上海' });
});

test('objects are found however the text is cut', async () => {
  const value = fc.record({
    text: fc.string(),
    list: fc.array(fc.oneof(fc.string(), fc.integer())),
    inner: fc.record({ a: fc.constantFrom('{', '}', '"', '\\', '\\"') }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(value, { maxLength: 5 }), fc.integer({ min: 1, max: 7 }), fc.boolean(), async (values, size, isArray) => {
      const text = isArray ? JSON.stringify(values) : values.map((one) => JSON.stringify(one, undefined, 1)).join('\n');
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
      const found = [];
      for await (const { record } of readJsonObjects(from(pieces))) found.push(record);
      expect(found).toEqual(JSON.parse(JSON.stringify(values)));
    }),
    { numRuns: 200 },
  );
});

test('ids that a double cannot hold keep their digits', () => {
  expect(parseJson('{"id":9007199254740993,"n":[1234567890123456789],"f":0.123456789012345,"t":"1234567890123456789"}')).toEqual({
    id: '9007199254740993',
    n: ['1234567890123456789'],
    f: 0.123456789012345,
    t: '1234567890123456789',
  });
});

async function* from(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

/** A small archive as APPNOTE.TXT describes it, without checksums. */
function zip(files: Record<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}
