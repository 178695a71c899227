import type { Options } from './types.ts';

export interface Ending {
  /** Looks no longer. */
  stop(): void;
}

interface Work {
  hasWork(): boolean;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Sends what waits before the process ends: by itself (`beforeExit`, once, so that a dead server cannot keep a process alive for ever), or by one of the given signals, which is
 * then raised again, so that the process ends as it would have without us, unless others listen to it.
 */
export function watchEnding({ flushAtExit = true, flushOnSignals = [] }: Options, work: Work): Ending {
  const atExit = (): void => {
    if (work.hasWork()) void work.close();
  };
  if (flushAtExit) process.on('beforeExit', atExit);
  const bySignal = (signal: NodeJS.Signals): void => {
    void work.close().finally(() => {
      for (const name of flushOnSignals) process.removeListener(name, bySignal);
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    });
  };
  for (const name of flushOnSignals) process.on(name, bySignal);
  return {
    stop() {
      process.removeListener('beforeExit', atExit);
    },
  };
}
