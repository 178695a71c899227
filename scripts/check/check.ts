import { spawn } from 'node:child_process';
import path from 'node:path';

/** Root of the project. */
export const root = path.resolve(import.meta.dirname, '../..');

/** The environment with the project's own tools, and its own Node, first on the path. */
export const toolEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [path.join(root, 'node_modules/.bin'), process.env.PATH].join(path.delimiter),
};

/** One rule of the house that a machine keeps. */
export interface Check {
  name: string;
  /** How to mend what it finds; printed below the findings. */
  mend: string;
  /** What is wrong, one line or block each; nothing when all is well. */
  find(options: CheckOptions): Promise<string[]>;
}

export interface CheckOptions {
  /** Write smaller figures into the baselines. */
  shrink: boolean;
}

/** What a tool said and how it ended. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs one of the project's own tools in the project's root. */
export function runTool(tool: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(root, 'node_modules/.bin', tool), args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...toolEnvironment, NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** A check that is one tool: its whole output is the finding when it does not end with 0. */
export function toolCheck(definition: { name: string; mend: string; command: readonly [string, ...string[]] }): Check {
  const [tool, ...args] = definition.command;
  return {
    name: definition.name,
    mend: definition.mend,
    async find() {
      const { code, stdout, stderr } = await runTool(tool, args);
      return code === 0 ? [] : [`${stdout}${stderr}`.trim() || `${tool} ended with ${code}`];
    },
  };
}
