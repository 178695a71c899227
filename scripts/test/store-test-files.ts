import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../check/check.ts';
import { projectFiles } from '../check/files.ts';

const opener = 'src/kernel/testing/';

/** Test files that open a store: they import `kernel/testing`, directly or through files that they import. These run on both store forms. */
export function storeTestFiles(): string[] {
  const known = new Map<string, readonly string[]>();
  return projectFiles('{src,scripts,bench,sdk}/**/*.test.{ts,tsx}')
    .filter((file) => !/\.(browser|crash)\.test\./.test(file))
    .filter((file) => file.startsWith(opener) || reaches(file, known));
}

function reaches(start: string, known: Map<string, readonly string[]>): boolean {
  const seen = new Set([start]);
  for (const file of seen) {
    if (file.startsWith(opener)) return true;
    for (const next of importsOf(file, known)) seen.add(next);
  }
  return false;
}

function importsOf(file: string, known: Map<string, readonly string[]>): readonly string[] {
  const found = known.get(file);
  if (found) return found;
  const text = readFileSync(path.join(root, file), 'utf8');
  const imported = [...text.matchAll(/(?:from|import|import\()\s*'(\.[^']+\.tsx?)'/g)]
    .map((match) => path.join(path.dirname(file), match[1] ?? ''))
    .filter((target) => existsSync(path.join(root, target)));
  known.set(file, imported);
  return imported;
}
