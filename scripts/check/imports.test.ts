import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { root } from './check.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs the checks `imports` and `uses` on a small project made of these files; gives what they print. */
function checkProject(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'perennial-rules-'));
  folders.push(folder);
  for (const name of ['scripts', '.dependency-cruiser.mjs', 'package.json'])
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  try {
    return execFileSync(process.execPath, ['scripts/check.ts', 'imports', 'uses'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

const lower = { 'src/collect/c/index.ts': 'export const c = 1;', 'src/collect/c/inner.ts': 'export const inner = 1;' };
const door = (name: string, uses: string) => `export const door = defineSlice({ name: '${name}', uses: [${uses}] });`;

test('imports through doors of lower floors that are named in uses are content', () => {
  const said = checkProject({
    'src/collect/c/index.ts': `export const c = 1; ${door('c', '')}`,
    'src/know/a/index.ts': `import { c } from '../../collect/c/index.ts'; export const a = c; ${door('a', "'c'")}`,
  });
  expect(said).toContain('checks: all 2 are content');
});

test.each<[string, Record<string, string>]>([
  [
    'floor-collect',
    {
      ...lower,
      'src/know/b/index.ts': 'export const b = 1;',
      'src/collect/c/up.ts': "import { b } from '../../know/b/index.ts'; export const up = b;",
    },
  ],
  ['floor-kernel', { ...lower, 'src/kernel/k.ts': "import { c } from '../collect/c/index.ts'; export const k = c;" }],
  ['only-through-the-door', { ...lower, 'src/know/a/a.ts': "import { inner } from '../../collect/c/inner.ts'; export const a = inner;" }],
  [
    'no-circle',
    { 'src/know/a/x.ts': "import { y } from './y.ts'; export const x = y;", 'src/know/a/y.ts': "import { x } from './x.ts'; export const y = x;" },
  ],
  [
    'server-without-console',
    { 'src/know/a/console/S.tsx': 'export const S = 1;', 'src/know/a/a.ts': "import { S } from './console/S.tsx'; export const a = S;" },
  ],
  ['console-imports-contracts', { ...lower, 'src/know/a/console/S.tsx': "import { c } from '../../../collect/c/index.ts'; export const S = c;" }],
  [
    'tests-stay-outside',
    { 'src/know/a/testing/open.ts': 'export const open = 1;', 'src/know/a/a.ts': "import { open } from './testing/open.ts'; export const a = open;" },
  ],
  [
    'browser-without-node',
    {
      'src/know/a/files.ts': "import { readFileSync } from 'node:fs'; export const f = readFileSync;",
      'src/know/a/contract.ts': "import { f } from './files.ts'; export const g = f;",
      'src/know/a/console/S.tsx': "import { g } from '../contract.ts'; export const S = g;",
    },
  ],
  ['sdk-stands-alone', { ...lower, 'sdk/node/src/x.ts': "import { c } from '../../../src/collect/c/index.ts'; export const x = c;" }],
  ['sdk-stands-alone', { ...lower, 'sdk/node/src/x.ts': "import { z } from 'zod'; export const x = z;" }],
  ['browser-without-node', { ...lower, 'sdk/web/src/x.ts': "import { readFileSync } from 'node:fs'; export const x = readFileSync;" }],
  [
    "does not name 'c' in uses",
    {
      ...lower,
      'src/collect/c/index.ts': `export const c = 1; ${door('c', '')}`,
      'src/know/a/index.ts': `import { c } from '../../collect/c/index.ts'; export const a = c; ${door('a', '')}`,
    },
  ],
])('%s is found', (rule, files) => {
  expect(checkProject(files)).toContain(rule);
});
