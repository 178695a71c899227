#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readPlan } from './plan.ts';
import { writeEvents } from './write-events.ts';

const usage = `Makes typed events from a tracking plan.

  perennial-events --plan tracking-plan.json --for web|node --out src/events.ts

  --plan   the plan's file, as the console exports it
  --for    the SDK that the program uses: @perennial/web or @perennial/node
  --out    where to write; without it the text is printed
  --check  write nothing, end with 1 when the file is not what the plan makes (for CI)`;

const options = {
  plan: { type: 'string' },
  for: { type: 'string' },
  out: { type: 'string' },
  check: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs the command; gives the exit code. */
function run(): number {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { plan, out, for: target } = values;
  if (!plan || (target !== 'web' && target !== 'node') || (values.check && !out)) {
    console.error(usage);
    return 2;
  }
  const text = writeEvents(readPlan(readFileSync(plan, 'utf8')), target);
  if (!out) process.stdout.write(text);
  else if (!values.check) writeFileSync(out, text);
  else if (readOrNothing(out) !== text) {
    console.error(`${out} is not what ${plan} makes. Run: perennial-events --plan ${plan} --for ${target} --out ${out}`);
    return 1;
  }
  return 0;
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

try {
  process.exitCode = run();
} catch (error) {
  console.error(`perennial-events: ${(error as Error).message}`);
  process.exitCode = 1;
}
