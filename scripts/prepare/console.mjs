import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Refusal } from './refusal.mjs';
import { runProgram } from './run-program.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const configuration = 'vite.config.ts';
const stamp = path.join(root, 'dist/console.stamp');

/** Builds the console into dist/console when its sources are not those of the last build. */
export async function buildConsole(runtime) {
  if (!existsSync(path.join(root, configuration))) return;
  const now = fingerprint();
  if (existsSync(path.join(root, 'dist/console/index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  console.log('Building the console...');
  const began = Date.now();
  const { code, output } = await runProgram(runtime, [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    NODE_ENV: 'production',
  });
  if (code !== 0) throw new Refusal(`the console could not be built:\n${output}`);
  if (!existsSync(path.join(root, 'dist/console/index.html')))
    throw new Refusal(`the console was built, but dist/console/index.html is not there.\n${output}`);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, now);
  console.log(`The console is built (${((Date.now() - began) / 1000).toFixed(1)} s).`);
}

/** One hash over every file that the browser gets: the screens, what they import, and the texts. */
function fingerprint() {
  const files = new Set([path.join(root, configuration), path.join(root, 'package-lock.json')]);
  const waiting = walk(path.join(root, 'src')).filter(
    (file) => file.includes(`${path.sep}console${path.sep}`) || file.includes(`${path.sep}locales${path.sep}`),
  );
  while (waiting.length > 0) {
    const file = waiting.pop();
    if (files.has(file) || /\.test\.tsx?$/.test(file)) continue;
    files.add(file);
    if (!/\.tsx?$/.test(file)) continue;
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)) {
      const imported = path.resolve(path.dirname(file), target);
      if (existsSync(imported) && statSync(imported).isFile()) waiting.push(imported);
    }
  }
  const hash = createHash('sha256');
  for (const file of [...files].sort()) hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function walk(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}
