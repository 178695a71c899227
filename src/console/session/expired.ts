import { createStore } from '../store.ts';

/** True while calls wait for the reader to sign in again. */
export const signInWanted = createStore(false);

let waiting: (() => void)[] = [];

/** Resolves when the reader has signed in again; rejects when the call is given up first. */
export function waitForSignIn(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push(resolve);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    signInWanted.set(true);
  });
}

/** Lets the waiting calls go on. */
export function signedInAgain(): void {
  const ready = waiting;
  waiting = [];
  signInWanted.set(false);
  for (const resume of ready) resume();
}
