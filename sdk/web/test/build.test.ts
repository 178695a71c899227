import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { VERSION } from '../src/version.ts';

const folder = join(import.meta.dirname, '..');
const sizeMaxBytes = 12_000;

/** What the build makes in this mode, without writing it. */
async function built(mode: 'script' | 'module'): Promise<string> {
  const made = await build({ configFile: join(folder, 'vite.config.ts'), mode, logLevel: 'error', build: { write: false } });
  const [result] = [made].flat() as { output: { code?: string }[] }[];
  expect(result?.output).toHaveLength(1);
  return result?.output[0]?.code ?? '';
}

test('the script is under 12 kB packed, is one file without imports, and begins with its licence', async () => {
  const code = await built('script');
  const sizeBytes = gzipSync(code, { level: 9 }).length;
  console.log(`perennial.js: ${code.length} bytes, ${sizeBytes} packed`);
  expect(sizeBytes).toBeLessThan(sizeMaxBytes);
  expect(code).toMatch(new RegExp(`^/\\*! Perennial for web pages ${VERSION.replaceAll('.', '\\.')}\\. Apache-2\\.0 \\*/`));
  expect(code).not.toMatch(/\bimport\b|\brequire\(|\?\.|\?\?/);
  // Methods that browsers of 2018 lack are not lowered by the build.
  expect(code).not.toMatch(
    /Object\.(hasOwn|fromEntries)\b|\.(at|flat|flatMap|toSorted|replaceAll|matchAll|allSettled|isWellFormed)\(|structuredClone/,
  );
  // Nothing of it can end up in the page's own names.
  expect(code.replace(/^\/\*!.*\*\/\s*/, '')).toMatch(/^\(function\(\)\{/);
});

test('the module exports what is documented and needs nothing', async () => {
  const code = await built('module');
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(sizeMaxBytes);
  expect(code).toMatch(/export ?\{[^}]*createPerennial[^}]*\}/);
  expect(code).not.toMatch(/\bfrom\s*["']/);
  const { version, dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string; dependencies?: object };
  expect([version, dependencies]).toEqual([VERSION, undefined]);
});
