import type { Environment, Locks, PageFacts, Reply } from './environment.ts';
import type { Properties } from './types.ts';

const postTimeoutMs = 15_000;
const cookieDays = 400;

interface Hints {
  brands?: unknown;
  mobile?: boolean;
  platform?: string;
  getHighEntropyValues?(names: string[]): Promise<Properties>;
}

/** The browser, with a way around whatever it lacks. Timers and ids of the page are taken once, before the page can put its own in place. */
export function browserEnvironment(isHashRouting: boolean): Environment {
  const { setTimeout, clearTimeout, console } = window;
  const hints = { more: {} as Properties };
  const guard = (work: () => void) => (): void => {
    try {
      work();
    } catch {
      // Nothing of ours may reach the page.
    }
  };
  askForHints(hints);
  return {
    now: () => Date.now(),
    newId,
    random: () => Math.random(),
    later(work, delayMs) {
      const timer = setTimeout.call(window, guard(work), delayMs);
      return () => clearTimeout.call(window, timer);
    },
    page: () => pageFacts(isHashRouting),
    surroundings: () => surroundings(hints.more),
    storage: () => window.localStorage,
    readCookie(name) {
      const found = document.cookie.split('; ').find((part) => part.indexOf(`${name}=`) === 0);
      return found === undefined ? null : decodeURIComponent(found.slice(name.length + 1));
    },
    writeCookie(name, value, domain) {
      const end = value === undefined ? 'max-age=0' : `max-age=${cookieDays * 86_400}`;
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not there in every browser, and never on http.
      document.cookie = `${name}=${encodeURIComponent(value ?? '')}; ${end}; path=/; domain=${domain}; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
    },
    locks: locksOf(guard),
    post,
    beacon: (url, body) => typeof navigator.sendBeacon === 'function' && navigator.sendBeacon(url, body),
    isOnline: () => navigator.onLine !== false,
    asksForPrivacy() {
      const { doNotTrack, globalPrivacyControl } = navigator as { doNotTrack?: unknown; globalPrivacyControl?: unknown };
      return doNotTrack === '1' || doNotTrack === 'yes' || globalPrivacyControl === true;
    },
    warn: (text, about) => console.warn(`[perennial] ${text}`, about ?? ''),
  };
}

function pageFacts(isHashRouting: boolean): PageFacts {
  const { href, pathname, search, hash } = location;
  return { url: href, path: isHashRouting && hash ? pathname + hash : pathname, search, referrer: document.referrer, title: document.title };
}

function surroundings(more: Properties): Properties {
  const { userAgent, language } = navigator;
  const { userAgentData } = navigator as { userAgentData?: Hints };
  return {
    userAgent,
    locale: language,
    timezone: timeZone(),
    screen: {
      width: screen.width,
      height: screen.height,
      density: window.devicePixelRatio,
      innerWidth: window.innerWidth,
      innerHeight: window.innerHeight,
    },
    ...(userAgentData && {
      userAgentData: { brands: userAgentData.brands, mobile: userAgentData.mobile, platform: userAgentData.platform, ...more },
    }),
  };
}

/** Version of the system and model of the phone, which Chromium tells only when asked. */
function askForHints(hints: { more: Properties }): void {
  try {
    const { userAgentData } = navigator as { userAgentData?: Hints };
    userAgentData?.getHighEntropyValues?.(['platformVersion', 'model', 'fullVersionList']).then(
      ({ platformVersion, model, fullVersionList }) => {
        hints.more = { platformVersion, model, fullVersionList };
      },
      () => undefined,
    );
  } catch {
    // Without them the user agent has to do.
  }
}

function timeZone(): string | undefined {
  try {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** A random UUID, also where `crypto.randomUUID` is missing (pages without TLS). */
function newId(): string {
  const { crypto } = window;
  if (crypto && typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = new Uint8Array(16);
  if (typeof crypto?.getRandomValues === 'function') crypto.getRandomValues(bytes);
  else for (let at = 0; at < 16; at += 1) bytes[at] = Math.random() * 256;
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  let text = '';
  for (let at = 0; at < 16; at += 1)
    text += `${at === 4 || at === 6 || at === 8 || at === 10 ? '-' : ''}${`0${(bytes[at] as number).toString(16)}`.slice(-2)}`;
  return text;
}

/** `text/plain` asks for no preflight, so that a beacon and a request look the same. */
function post(url: string, body: string, isKeptAlive: boolean): Promise<Reply> {
  return typeof window.fetch === 'function' && typeof AbortController === 'function' ? postByFetch(url, body, isKeptAlive) : postByXhr(url, body);
}

async function postByFetch(url: string, body: string, isKeptAlive: boolean): Promise<Reply> {
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), postTimeoutMs);
  try {
    const answer = await window.fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
      credentials: 'omit',
      keepalive: isKeptAlive,
      signal: controller.signal,
    });
    return { status: answer.status, retryAfter: answer.headers.get('retry-after') };
  } catch {
    return { status: 0 };
  } finally {
    window.clearTimeout(timer);
  }
}

function postByXhr(url: string, body: string): Promise<Reply> {
  return new Promise((resolve) => {
    try {
      const request = new XMLHttpRequest();
      request.open('POST', url);
      request.timeout = postTimeoutMs;
      request.setRequestHeader('content-type', 'text/plain');
      request.onloadend = () =>
        resolve({ status: request.status, retryAfter: request.status >= 400 ? request.getResponseHeader('retry-after') : null });
      request.send(body);
    } catch {
      resolve({ status: 0 });
    }
  });
}

function locksOf(guard: (work: () => void) => () => void): Locks | undefined {
  const { locks } = navigator;
  if (!locks || typeof locks.request !== 'function') return undefined;
  return {
    hold(name) {
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      locks.request(name, () => held).catch(() => undefined);
      return () => release();
    },
    ifFree(name, work) {
      locks
        .request(name, { ifAvailable: true }, (lock) => {
          if (lock) guard(work)();
        })
        .catch(() => undefined);
    },
  };
}
