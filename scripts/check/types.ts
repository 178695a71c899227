import { type Check, runTool } from './check.ts';

/** Server and browser are two programs: the server has no document, the console and the browser tests have one and are resolved as the bundler does it. */
export const types: Check = {
  name: 'types',
  mend: 'TypeScript runs by type stripping: erasable syntax only, imports end in .ts, types come by `import type`.',
  async find() {
    const outcomes = await Promise.all(
      ['tsconfig.json', 'tsconfig.console.json'].map((project) => runTool('tsc', ['--noEmit', '--pretty', 'false', '-p', project])),
    );
    const lines = outcomes.flatMap(({ code, stdout, stderr }) => (code === 0 ? [] : `${stdout}${stderr}`.trim().split('\n')));
    return [...new Set(lines)];
  },
};
