import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { processEnvironment } from '../src/kernel/config/config.ts';

/** The collecting half of the product as a process of its own, on embedded stores in `folder`. */
export interface CollectProcess {
  url: string;
  writeKey: string;
  secretKey: string;
  pid: number;
  /** What it has used until now: CPU seconds of all its threads, resident bytes, and the time of each stage of its groups. */
  figures(): Promise<CollectFigures>;
  stop(): Promise<void>;
}

export interface CollectFigures {
  cpuSeconds: number;
  residentMb: number;
  groups: number;
  stageSeconds: Record<string, number>;
}

/** As `npm start` has it: events live longer than the small young generation that is V8's own choice. */
const HEAP_FLAG = '--max-semi-space-size=64';

/** Starts it and waits until it serves. With `BENCH_PROFILE` set to a folder it writes a CPU profile there when it ends. */
export async function startCollect(folder: string, environment: Record<string, string> = {}): Promise<CollectProcess> {
  const profile = processEnvironment().BENCH_PROFILE;
  const flags = profile === undefined ? [HEAP_FLAG] : [HEAP_FLAG, '--cpu-prof', `--cpu-prof-dir=${profile}`];
  const extra = processEnvironment().BENCH_NODE_FLAGS;
  if (extra) flags.push(...extra.split(' '));
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'ingest-server.ts')], {
    env: { ...processEnvironment(), PERENNIAL_PORT: '0', PERENNIAL_DATA: folder, PERENNIAL_LOG: 'warn', UV_THREADPOOL_SIZE: '16', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told = await firstLine(child);
  return {
    ...told,
    pid: child.pid ?? 0,
    figures: async () => figuresOf(await (await fetch(`${told.url}/metrics`)).text()),
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<{ url: string; writeKey: string; secretKey: string }> {
  if (!child.stdout) throw new Error('The server has no output');
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('{')) return JSON.parse(line) as { url: string; writeKey: string; secretKey: string };
  throw new Error('The server ended before it served');
}

function figuresOf(text: string): CollectFigures {
  const read = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  const stageSeconds: Record<string, number> = {};
  for (const [, stage = '', seconds] of text.matchAll(/stage_seconds_sum\{stage="(\w+)"\} (\S+)/g))
    stageSeconds[stage] = Number(Number(seconds).toFixed(2));
  return {
    cpuSeconds: read(/^process_cpu_seconds_total (\S+)/m),
    residentMb: Math.round(read(/^process_resident_memory_bytes (\S+)/m) / 1e6),
    groups: read(/stage_seconds_count\{stage="store"\} (\d+)/),
    stageSeconds,
  };
}
