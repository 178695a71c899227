import { startClient } from './start.ts';
import type { Options, Perennial } from './types.ts';

export type { AutocaptureOptions, CallOptions, Consent, Message, Options, Perennial, Properties, TraitChange } from './types.ts';
export { VERSION } from './version.ts';

/**
 * Starts recording on this page and gives the calls. Call it once. It never throws; on a server, where there is no window, the calls do nothing.
 */
export function createPerennial(options: Options): Perennial {
  if (typeof window === 'undefined') return silentCalls();
  try {
    return startClient(options);
  } catch (error) {
    if (options.debug) console.warn('[perennial] could not start', error);
    return silentCalls();
  }
}

/** Calls that do nothing, where nothing can be done. */
export function silentCalls(): Perennial {
  const nothing = (): undefined => undefined;
  const answers: Record<string, () => unknown> = { flush: () => Promise.resolve(), getConsent: () => 'pending', anonymousId: () => '' };
  return new Proxy({} as Perennial, { get: (_target, name) => (name === 'then' ? undefined : (answers[String(name)] ?? nothing)) });
}
