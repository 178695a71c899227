import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { lockDataFolder } from './lock-data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'perennial-lock-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('refuses a folder that another process holds, names it, and takes it once that process was killed', async () => {
  const program = `import { lockDataFolder } from ${JSON.stringify(join(import.meta.dirname, 'lock-data-folder.ts'))};
    (() => { lockDataFolder(${JSON.stringify(folder)}); })(); setImmediate(() => { gc(); console.log('held'); }); setInterval(() => {}, 1000);`;
  // Whoever takes the folder need not keep what it is given: a garbage collection leaves the lock in place.
  const owner = spawn(process.execPath, ['--expose-gc', '--input-type=module-typescript', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void owner.kill('SIGKILL'));
  await once(owner.stdout, 'data');
  expect(() => lockDataFolder(folder)).toThrow(`The data folder ${folder} is in use by process ${owner.pid}`);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const lock = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(/in use/);
  await lock.release();
  await lockDataFolder(folder).release();
});
