import { createPerennial } from './index.ts';
import type { Options, Perennial } from './types.ts';

/**
 * The script tag's own entry:
 *
 *   <script async src="https://YOUR-HOST/perennial.js" data-write-key="YOUR-WRITE-KEY"></script>
 *
 * Options stand in attributes of the tag (`data-consent="pending"`), or all of them as JSON in `data-options`. Without `data-write-key` the page starts it: `perennial.push(['init', {
 * writeKey, ... }])`. What was pushed to `window.perennial` before the script was there is done then.
 */
type Pushed = unknown[][];
type Holder = { perennial?: Perennial | Pushed };

/** What this entry offers beside the calls. */
type Starter = { push(...calls: Pushed): void; init(options: Partial<Options>): void };

const booleans = [
  'autoPage',
  'hashRouting',
  'pageLeave',
  'sessionStart',
  'newSessionOnCampaign',
  'autocapture',
  'respectDoNotTrack',
  'debug',
] as const;
const texts = ['writeKey', 'host', 'consent', 'cookieless', 'cookieDomain'] as const;

function start(): void {
  const holder = window as unknown as Holder;
  const early = holder.perennial;
  // A second tag on the page.
  if (early && !Array.isArray(early)) return;
  const script = (document.currentScript ??
    document.querySelector('script[data-write-key],script[src*="/perennial.js"]')) as HTMLScriptElement | null;
  const given = script ? optionsOf(script) : {};
  const waiting: Pushed = Array.isArray(early) ? [...early] : [];
  if (given.writeKey) {
    begin(holder, given as Options, waiting);
    return;
  }
  const starter: Starter = {
    init: (options) => begin(holder, { ...given, ...options } as Options, waiting),
    push: (...calls) => take(starter, waiting, calls),
  };
  holder.perennial = starter as unknown as Perennial;
  take(starter, [], waiting.splice(0), waiting);
}

/** Starts at an `init` and keeps everything else until then. */
function take(starter: Starter, kept: Pushed, calls: Pushed, target: Pushed = kept): void {
  const options = calls.find((call) => Array.isArray(call) && call[0] === 'init')?.[1];
  target.push(...calls.filter((call) => Array.isArray(call) && call[0] !== 'init'));
  if (options) starter.init(options as Partial<Options>);
}

function begin(holder: Holder, options: Options, waiting: Pushed): void {
  const calls = createPerennial(options);
  holder.perennial = calls;
  calls.push(...waiting);
}

function optionsOf(script: HTMLScriptElement): Partial<Options> {
  const attribute = (name: string): string | null => script.getAttribute(`data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  const options: Record<string, unknown> = { host: new URL(script.src, location.href).origin };
  try {
    Object.assign(options, JSON.parse(attribute('options') ?? '{}'));
  } catch {
    console.warn('[perennial] data-options is not JSON');
  }
  for (const name of texts) options[name] = attribute(name) ?? options[name];
  for (const name of booleans) {
    const value = attribute(name);
    if (value !== null) options[name] = value !== 'false';
  }
  return options as Partial<Options>;
}

try {
  start();
} catch {
  // The page must not notice.
}
