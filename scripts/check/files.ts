import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { root } from './check.ts';

/** Files of the project that match, relative to its root, without what is installed or built. */
export function projectFiles(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**', 'data/**', '.cache/**'] }).toSorted();
}

/** Folders of our own code that are there. */
export function sourceFolders(): string[] {
  return ['src', 'sdk', 'scripts', 'bench'].filter((folder) => existsSync(path.join(root, folder)));
}
