import { checks } from './check/checks.ts';
import { runChecks } from './check/run-checks.ts';

/**
 * `npm run check`                          every rule of the house
 * `npm run check -- sizes imports`         only these
 * `npm run check -- sizes --shrink`        lower the baseline to what is true now
 */
const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`There is no check named ${unknown.join(', ')}. There are ${checks.map((check) => check.name).join(', ')}.`);
  process.exit(2);
}
const chosen = names.length > 0 ? checks.filter((check) => names.includes(check.name)) : checks;
const { failed } = await runChecks(chosen, { shrink: words.includes('--shrink') });
process.exit(failed > 0 ? 1 : 0);
