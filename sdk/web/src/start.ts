import { watchInteractions } from './autocapture.ts';
import { browserEnvironment } from './browser-environment.ts';
import { makeCalls } from './calls.ts';
import { Client } from './client.ts';
import { type Listen, watchPages } from './page-views.ts';
import type { Options, Perennial } from './types.ts';

/** Starts a client on this page. Throws nothing; without a key or a host it records nothing and says so on the console. */
export function startClient(options: Options): Perennial {
  const client = new Client(options, browserEnvironment(options.hashRouting === true));
  const calls = makeCalls(client);
  const guard = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      client.warn('something of the browser is missing', error);
    }
  };
  const listen: Listen = (target, name, work) =>
    guard(() => target.addEventListener(name, (event) => guard(() => void work(event)), { capture: true, passive: true }));
  guard(() => watchLeaving(client, calls, listen));
  const { autocapture = true } = options;
  if (autocapture) guard(() => watchInteractions(client, autocapture === true ? {} : autocapture, listen));
  return calls;
}

/** Pages go away in many ways: left, hidden for ever, or put aside by the browser and brought back. */
function watchLeaving(client: Client, calls: Perennial, listen: Listen): void {
  const pages = watchPages(client, calls, listen);
  listen(document, 'visibilitychange', () => document.visibilityState === 'hidden' && client.leave(false));
  listen(window, 'pagehide', () => {
    pages.leave();
    client.leave(true);
  });
  listen(window, 'pageshow', (event) => {
    if (!(event as PageTransitionEvent).persisted) return;
    client.comeBack();
    pages.comeBack();
  });
  listen(window, 'online', () => client.online());
}
