import type { Client } from './client.ts';
import type { Perennial } from './types.ts';

/** A page view waits this long after the address changed, so that the page can set its title. */
const settleMs = 30;

interface View {
  path: string;
  url: string;
  startedAt: number;
  /** Time in which the page could be seen, without what runs now. */
  seenMs: number;
  seenSince: number | undefined;
  scrolledMost: number;
}

/** Records page views and how long each lasted: at the start, when the address changes within the page, and when the browser brings a page back. */
export function watchPages(client: Client, calls: Perennial, listen: Listen): { leave(): void; comeBack(): void } {
  const { options, environment } = client;
  let view: View | undefined;
  let cancelTurn: (() => void) | undefined;

  const begin = (): void => {
    const { path, search, url } = client.page();
    const now = environment.now();
    view = {
      path: path + search,
      url,
      startedAt: now,
      seenMs: 0,
      seenSince: document.visibilityState === 'hidden' ? undefined : now,
      scrolledMost: depth(),
    };
    if (options.autoPage !== false) calls.page();
  };
  const end = (): void => {
    if (view && options.pageLeave !== false && options.autoPage !== false) sendLeave(client, view);
    view = undefined;
  };
  const turn = (): void => {
    const { path, search } = client.page();
    if (!view || path + search === view.path) return;
    const { url } = view;
    end();
    client.referrer = url;
    begin();
  };
  const turnSoon = (): void => {
    cancelTurn?.();
    cancelTurn = environment.later(turn, settleMs);
  };
  for (const name of ['pushState', 'replaceState'] as const) follow(history, name, turnSoon);
  listen(window, 'popstate', turnSoon);
  if (options.hashRouting) listen(window, 'hashchange', turnSoon);
  listen(document, 'visibilitychange', () => view && changeSight(view, environment.now()));
  listen(window, 'scroll', () => {
    if (view) view.scrolledMost = Math.max(view.scrolledMost, depth());
  });
  if ((document as { prerendering?: boolean }).prerendering) listen(document, 'prerenderingchange', begin);
  else begin();
  return {
    leave: end,
    comeBack() {
      client.referrer = undefined;
      begin();
    },
  };
}

export type Listen = (target: EventTarget, name: string, work: (event: Event) => unknown) => void;

/** Calls `after` after each call of a method of the page, whose own behaviour stays as it is. */
function follow(target: History, name: 'pushState' | 'replaceState', after: () => void): void {
  const original = target[name];
  if (typeof original !== 'function') return;
  target[name] = function (this: History, ...given: Parameters<History['pushState']>) {
    const result = original.apply(this, given);
    after();
    return result;
  };
}

function changeSight(view: View, now: number): void {
  if (view.seenSince !== undefined) view.seenMs += now - view.seenSince;
  view.seenSince = document.visibilityState === 'hidden' ? undefined : now;
}

/** How far down the page is visible, in percent. */
function depth(): number {
  const { scrollHeight } = document.documentElement;
  return scrollHeight > 0 ? Math.min(100, Math.round(((window.scrollY + window.innerHeight) / scrollHeight) * 100)) : 100;
}

function sendLeave(client: Client, view: View): void {
  const now = client.environment.now();
  const seenMs = view.seenMs + (view.seenSince === undefined ? 0 : now - view.seenSince);
  client.send({
    type: 'track',
    event: '$page_leave',
    properties: {
      ...client.kept('properties'),
      url: view.url,
      path: view.path.split('?')[0],
      duration: (now - view.startedAt) / 1_000,
      visible_duration: seenMs / 1_000,
      scroll_percent: view.scrolledMost,
    },
  });
}
