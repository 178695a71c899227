import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Check, root, runTool } from './check.ts';
import { sourceFolders } from './files.ts';

const baselineFile = path.join(root, 'scripts/check/sizes-baseline.json');
const configuration = 'scripts/check/sizes.oxlintrc.json';

/** Files of at most 400 lines, functions of at most 60 with at most 4 parameters; older sins are counted and may only become fewer. */
export const sizes: Check = {
  name: 'sizes',
  mend: 'Take a part with a name of its own out into a function or a file; more than 4 parameters become one object. The baseline is never raised by hand.',
  async find({ shrink }) {
    const now = await measure();
    const allowed = existsSync(baselineFile) ? (JSON.parse(readFileSync(baselineFile, 'utf8')) as Sins) : {};
    if (shrink) {
      const kept = Object.fromEntries(
        Object.entries(now.counts).flatMap(([key, count]) => (allowed[key] ? [[key, Math.min(count, allowed[key])]] : [])),
      );
      writeFileSync(baselineFile, `${JSON.stringify(kept, undefined, 2)}\n`);
      return compareSins(now, kept);
    }
    return compareSins(now, allowed);
  },
};

/** `file rule` -> how often. */
export type Sins = Record<string, number>;

interface Measured {
  counts: Sins;
  messages: Record<string, string[]>;
}

/** More than the baseline is a fault, and so is a baseline that is higher than the truth: it must shrink with the code. */
export function compareSins(now: Measured, allowed: Sins): string[] {
  const more = Object.entries(now.counts).flatMap(([key, count]) =>
    count > (allowed[key] ?? 0)
      ? [`${key}: ${count}${allowed[key] ? `, the baseline allows ${allowed[key]}` : ''}\n    ${(now.messages[key] ?? []).join('\n    ')}`]
      : [],
  );
  const fewer = Object.entries(allowed).filter(([key, count]) => (now.counts[key] ?? 0) < count);
  return fewer.length === 0
    ? more
    : [...more, `the baseline is too high for ${fewer.map(([key]) => key).join(', ')}: run npm run check -- sizes --shrink`];
}

interface Diagnostic {
  message: string;
  code: string;
  filename: string;
  labels: { span: { line: number } }[];
}

async function measure(): Promise<Measured> {
  const { stdout, stderr } = await runTool('oxlint', ['--config', configuration, '--format', 'json', ...sourceFolders()]);
  if (!stdout.startsWith('{')) throw new Error(`oxlint gave no measurements: ${stderr || stdout}`);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Diagnostic[] };
  const measured: Measured = { counts: {}, messages: {} };
  for (const { message, code, filename, labels } of diagnostics) {
    const key = `${filename} ${/\(([^)]+)\)/.exec(code)?.[1] ?? code}`;
    measured.counts[key] = (measured.counts[key] ?? 0) + 1;
    measured.messages[key] = [...(measured.messages[key] ?? []), `line ${labels[0]?.span.line ?? '?'}: ${message}`];
  }
  return measured;
}
