import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 8_000;
const PROBE_EVERY_MS = 50;
/** Letters of the log of a server that ended by itself. */
const LOG_SHOWN = 4_000;

/** A server process that we started. */
export interface ServerProcess {
  /** `SIGSTOP`: it answers nobody any more; `SIGCONT`: it goes on. */
  signal(signal: NodeJS.Signals): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** A server process that can be started again after it was killed: same files, same port. */
export interface RestartableServer {
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export interface ServerProcessOptions {
  command: string;
  arguments: readonly string[];
  logFile: string;
  spawnOptions?: SpawnOptions;
  stopSignal: NodeJS.Signals;
  /** Resolves to true when the server answers. */
  isReady(): Promise<boolean>;
}

/** Starts a server and waits until it answers; throws with the end of its log when it ends before or takes 30 s. It ends with us at the latest. */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const log = openSync(options.logFile, 'a');
  const child = spawn(options.command, options.arguments, { ...options.spawnOptions, stdio: ['ignore', log, log] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let fault: Error | undefined;
  child.once('error', (error) => {
    fault = error;
  });
  const until = Date.now() + START_TIMEOUT_MS;
  while (!(await options.isReady().catch(() => false))) {
    if (fault !== undefined || child.exitCode !== null || child.signalCode !== null || Date.now() > until) {
      kill();
      throw new Error(`${options.command} did not start: ${fault?.message ?? readFileSync(options.logFile, 'utf8').slice(-2_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
  let isWanted = true;
  child.once('exit', (code, signal) => {
    if (isWanted)
      process.stderr.write(`${options.command} ended by itself (${code ?? signal}):\n${readFileSync(options.logFile, 'utf8').slice(-LOG_SHOWN)}\n`);
  });
  return {
    signal: (signal) => {
      // PostgreSQL serves each connection with a process of its own.
      for (const pid of childrenOf(child.pid ?? 0)) process.kill(pid, signal);
      child.kill(signal);
    },
    kill: async () => {
      isWanted = false;
      process.off('exit', kill);
      await end(child, 'SIGKILL');
    },
    stop: async () => {
      isWanted = false;
      process.off('exit', kill);
      await end(child, options.stopSignal);
    },
  };
}

function childrenOf(parent: number): number[] {
  const listed = spawnSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
  return listed.stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill(signal);
  });
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
