import { spawn } from 'node:child_process';
import path from 'node:path';
import { Refusal } from './refusal.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs a program in the project's root and keeps what it says; `isShown` prints it too. It does not outlive us when we are stopped. */
export function runProgram(command, args, environment, { isShown = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    let output = '';
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.on('data', (chunk) => {
        output += chunk;
        if (isShown) target.write(chunk);
      });
    }
    const stop = (signal) => {
      // npm works on for long after SIGTERM; what it leaves behind is seen and made anew the next time.
      child.kill('SIGKILL');
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    child.on('error', (error) => reject(new Refusal(`${command} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve({ code: code ?? signal, output });
    });
  });
}
