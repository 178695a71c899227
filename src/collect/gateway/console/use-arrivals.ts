import { useEffect, useState } from 'react';
import { call } from '../../../console/api.ts';
import { ARRIVALS_KEPT, type Arrival, type ArrivalFilter, WATCH_WAIT_MAX_MS, watchArrivals } from '../contract.ts';

const PAUSE_AFTER_ERROR_MS = 2_000;
/** Arrivals of one answer are shown together; a busy project is asked this often. */
const PAUSE_BETWEEN_MS = 250;

export interface LiveArrivals {
  /** Newest first; undefined until the first answer. */
  items: Arrival[] | undefined;
  error: unknown;
}

/** What arrives and fits, as it arrives, while the page is in sight. `filter` must stay the same object while it says the same. */
export function useArrivals(projectId: number, filter: ArrivalFilter): LiveArrivals {
  const [live, setLive] = useState<LiveArrivals>({ items: undefined, error: undefined });
  useEffect(() => {
    const end = new AbortController();
    setLive({ items: undefined, error: undefined });
    const show = (fresh: Arrival[]): void =>
      setLive(({ items = [] }) => {
        const known = new Set(items.map((item) => item.id));
        return { items: [...fresh.filter((item) => !known.has(item.id)), ...items].slice(0, ARRIVALS_KEPT), error: undefined };
      });
    void follow(projectId, { filter, signal: end.signal, show, fail: (error) => setLive(({ items }) => ({ items, error })) });
    return () => end.abort();
  }, [projectId, filter]);
  return live;
}

interface Follower {
  filter: ArrivalFilter;
  signal: AbortSignal;
  show(items: Arrival[]): void;
  fail(error: unknown): void;
}

async function follow(projectId: number, { filter, signal, show, fail }: Follower): Promise<void> {
  let after: string | undefined;
  while (!signal.aborted) {
    try {
      await untilVisible(signal);
      const query = { ...filter, waitMs: after === undefined ? 0 : WATCH_WAIT_MAX_MS, ...(after !== undefined && { after }) };
      const answer = await call(watchArrivals, { params: { projectId }, query, signal });
      after = answer.cursor;
      if (!signal.aborted) show(answer.items);
      await pause(PAUSE_BETWEEN_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      fail(error);
      await pause(PAUSE_AFTER_ERROR_MS, signal);
    }
  }
}

/** Nobody looks at a hidden page: it asks for nothing. */
function untilVisible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look, { once: true });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
