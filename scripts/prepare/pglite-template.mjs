import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from './run-program.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'node_modules/.cache/perennial');

/** Prepares the empty database that a first start copies, which saves it 3-6 s. Only a convenience: the start makes what is missing. */
export async function preparePGliteTemplate(runtime) {
  if (existsSync(folder) && readdirSync(folder).some((name) => /^pglite-[\d.]+$/.test(name))) return;
  await runProgram(runtime, ['src/kernel/postgres/prepare-template.ts'], {});
}
