import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Check, root } from './check.ts';
import { projectFiles } from './files.ts';

const declared = /^\s+([A-Z][A-Z0-9]*_[A-Z0-9_]+):\s*z\b/gm;
const named = /^\| `([A-Z][A-Z0-9_]+)`/gm;
/** Read before the settings themselves are. */
const ofTheReader = ['PERENNIAL_CONFIG'];

/** Every setting that the kernel or a slice declares stands in the guide, in both languages, and no other does. */
export const settings: Check = {
  name: 'settings',
  mend: 'Give each declared key a line in docs/en/configuration.md and docs/zh-CN/configuration.md, and take out keys that are gone.',
  async find() {
    const keys = new Set([
      ...ofTheReader,
      ...projectFiles('src/**/*.ts')
        .filter((file) => !file.endsWith('.test.ts'))
        .flatMap((file) => matches(file, declared)),
    ]);
    return ['docs/en/configuration.md', 'docs/zh-CN/configuration.md'].flatMap((page) => {
      const told = new Set(matches(page, named));
      const missing = [...keys].filter((key) => !told.has(key)).map((key) => `${page}: ${key} is missing`);
      return [...missing, ...[...told].filter((key) => !keys.has(key)).map((key) => `${page}: ${key} is not declared anywhere`)];
    });
  },
};

function matches(file: string, pattern: RegExp): string[] {
  return [...readFileSync(path.join(root, file), 'utf8').matchAll(pattern)].map((match) => match[1] ?? '');
}
