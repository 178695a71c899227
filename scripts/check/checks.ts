import { type Check, toolCheck } from './check.ts';
import { imports } from './imports.ts';
import { locales } from './locales.ts';
import { names } from './names.ts';
import { settings } from './settings.ts';
import { sizes } from './sizes.ts';
import { types } from './types.ts';
import { uses } from './uses.ts';

/** Every check of `npm run check`, the slow ones first. */
export const checks: readonly Check[] = [
  types,
  toolCheck({
    name: 'lint',
    mend: 'Mend the code; where a rule is wrong for one line, suppress it there and say why. process.env is read in kernel/config only: declare the key in the slice.',
    command: ['oxlint', '--type-aware', '--deny-warnings', '--format', 'unix'],
  }),
  toolCheck({
    name: 'unused',
    mend: 'Delete what nobody uses: files, exports, types, packages. What only tests use belongs beside the tests.',
    command: ['knip', '--no-progress', '--no-config-hints'],
  }),
  imports,
  toolCheck({
    name: 'format',
    mend: 'Run npm run format; what is left needs a hand.',
    command: ['biome', 'check', '--error-on-warnings', '--colors=off', '--max-diagnostics=40'],
  }),
  uses,
  sizes,
  names,
  locales,
  settings,
];
