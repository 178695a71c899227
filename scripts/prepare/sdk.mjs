import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.mjs';
import { runProgram } from './run-program.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'sdk/web');
const stamp = path.join(root, 'dist/sdk-web.stamp');
const built = ['perennial.js', 'index.js'].map((name) => path.join(folder, 'dist', name));

/** Builds the browser SDK into sdk/web/dist, where the gateway finds it, when its sources are not those of the last build. */
export async function buildBrowserSdk(runtime) {
  if (!existsSync(path.join(folder, 'vite.config.ts'))) return;
  const now = fingerprint();
  if (built.every((file) => existsSync(file)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  for (const mode of ['script', 'module']) {
    const args = ['build', '--config', path.join(folder, 'vite.config.ts'), '--mode', mode, '--logLevel', 'warn'];
    const { code, output } = await runProgram(runtime, [path.join(root, 'node_modules/vite/bin/vite.js'), ...args], { NODE_ENV: 'production' });
    if (code !== 0) throw new Refusal(`the browser SDK could not be built:\n${output}`);
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  console.log('The browser SDK is built.');
}

/** One hash over everything that goes into it. */
function fingerprint() {
  const sources = readdirSync(path.join(folder, 'src'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
    .map((name) => path.join(folder, 'src', name));
  const hash = createHash('sha256');
  for (const file of [path.join(folder, 'vite.config.ts'), path.join(folder, 'package.json'), path.join(root, 'package-lock.json'), ...sources])
    hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}
