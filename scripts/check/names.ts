import type { Check } from './check.ts';
import { projectFiles } from './files.ts';

const forbidden = /^(utils?|helpers?|common|misc|shared|managers?|base|data|info)$/i;

/** Files and folders are named after what they hold. */
export const names: Check = {
  name: 'names',
  mend: `Name the file after the one thing that it exports. Forbidden words: utils, helpers, common, misc, shared, manager, base, data, info. A helper lives beside its only caller.`,
  async find() {
    return projectFiles('{src,sdk,scripts,bench}/**/*.{ts,tsx,mjs,css}').flatMap((file) => faultsOf(file).map((fault) => `${file}: ${fault}`));
  },
};

/** What is wrong with the name of one file. */
export function faultsOf(file: string): string[] {
  const faults: string[] = [];
  const segments = file.split('/');
  // `identity.property.test.ts`: the name, then words that say what kind of file it is.
  const [stem = '', ...kinds] = (segments.at(-1) ?? '').split('.').slice(0, -1);
  const words = [...segments.slice(0, -1), stem];
  const bad = words.find((word) => forbidden.test(word));
  if (bad) faults.push(`'${bad}' says nothing about what is inside`);
  const isReact = /\.(tsx|css)$/.test(file);
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const pascal = /^[A-Z][A-Za-z0-9]*$/;
  if (!(kebab.test(stem) || pascal.test(stem)) || !kinds.every((word) => kebab.test(word)))
    faults.push('file names are kebab-case (React components PascalCase)');
  if (!isReact && pascal.test(stem)) faults.push('only React components have PascalCase files');
  return faults;
}
