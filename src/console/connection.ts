import { createStore } from './store.ts';

/** Whether the server can be reached, as far as the last call knows. */
export const connection = createStore<'online' | 'offline'>('online');

const PROBE_INTERVAL_MS = 3_000;
let timer: ReturnType<typeof setInterval> | undefined;

/** Called after any answer. */
export function reportReachable(): void {
  clearInterval(timer);
  timer = undefined;
  connection.set('online');
}

/** Called when a call got no answer; from then on the server is probed until it answers. */
export function reportUnreachable(): void {
  connection.set('offline');
  timer ??= setInterval(probe, PROBE_INTERVAL_MS);
}

function probe(): void {
  fetch('/healthz', { cache: 'no-store' }).then(
    (response) => response.ok && reportReachable(),
    () => undefined,
  );
}

/** Follows the browser's own knowledge of the network. */
export function watchConnection(): void {
  window.addEventListener('offline', reportUnreachable);
  window.addEventListener('online', probe);
}
