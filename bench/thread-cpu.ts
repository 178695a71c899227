import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds of a process by kind of thread. */
export interface ThreadCpu {
  /** The main thread: JavaScript that answers requests, and its part in the collection of garbage. */
  main: number;
  /** V8's own threads: the other part in the collection of garbage, and compiling. */
  v8: number;
  /** Everything else: the stores and the pool of libuv. */
  stores: number;
}

/** Reads them from Linux; threads that have ended are no longer in its figures. All zero elsewhere. */
export function threadCpu(pid: number): ThreadCpu {
  const cpu: ThreadCpu = { main: 0, v8: 0, stores: 0 };
  for (const thread of threadsOf(pid)) {
    const folder = `/proc/${pid}/task/${thread}`;
    try {
      const seconds = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
      if (Number(thread) === pid) cpu.main += seconds;
      else cpu[readFileSync(`${folder}/comm`, 'utf8').startsWith('V8Worker') ? 'v8' : 'stores'] += seconds;
    } catch {
      // It ended meanwhile.
    }
  }
  return cpu;
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
