import { runTool } from './check.ts';
import { sourceFolders } from './files.ts';

/** One import as dependency-cruiser saw it. */
export interface Dependency {
  resolved: string;
  dependencyTypes: string[];
}

export interface Module {
  source: string;
  dependencies: Dependency[];
}

export interface Violation {
  from: string;
  to: string;
  comment?: string;
  rule: { name: string };
  cycle?: { name: string }[];
}

export interface Graph {
  modules: Module[];
  violations: Violation[];
}

let reading: Promise<Graph> | undefined;

/** Who imports whom in the project's own code, read once a run with the rules of `.dependency-cruiser.mjs`. */
export function readGraph(): Promise<Graph> {
  reading ??= cruise();
  return reading;
}

async function cruise(): Promise<Graph> {
  const { stdout, stderr } = await runTool('depcruise', ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...sourceFolders()]);
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser gave no graph: ${stderr || stdout}`);
  const answer = JSON.parse(stdout) as {
    modules: Module[];
    summary: { violations: (Violation & { comment?: string })[]; ruleSetUsed: { forbidden: { name: string; comment: string }[] } };
  };
  const comments = new Map(answer.summary.ruleSetUsed.forbidden.map((rule) => [rule.name, rule.comment]));
  return {
    modules: answer.modules,
    violations: answer.summary.violations.map((violation) => ({ ...violation, comment: comments.get(violation.rule.name) ?? '' })),
  };
}
