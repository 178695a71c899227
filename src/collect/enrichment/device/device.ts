import Bowser from 'bowser';
import { isbot } from 'isbot';
import { Recent } from '../recent.ts';
import { appRules, modelBrands } from './app-rules.ts';

/** What a user agent and its client hints tell; what nobody knows is absent. */
export interface Device {
  browser?: string;
  browserVersion?: string;
  os?: string;
  osVersion?: string;
  deviceType?: 'mobile' | 'tablet' | 'desktop' | 'tv';
  brand?: string;
  model?: string;
  isBot: boolean;
}

/** Client hints, from headers (`Sec-CH-UA*`) or from `navigator.userAgentData`. */
export interface ClientHints {
  platform?: string;
  platformVersion?: string;
  model?: string;
  isMobile?: boolean;
  brands?: readonly { brand: string; version: string }[];
}

const USER_AGENTS_KEPT = 20_000;
/** Longer ones are no browser's. */
const LENGTH_MAX = 1_000;

/** Reads user agents by the packages bowser and isbot (MIT) and own rules for Chinese apps; remembers what it has read. */
export class Devices {
  readonly #known = new Recent<Device>(USER_AGENTS_KEPT);

  deviceOf(userAgent: string, hints?: ClientHints): Device {
    const key = hints ? `${userAgent}\n${hintsKey(hints)}` : userAgent;
    let device = this.#known.get(key);
    if (device === undefined) {
      device = readDevice(userAgent.slice(0, LENGTH_MAX), hints);
      this.#known.set(key, device);
    }
    return device;
  }
}

function hintsKey(hints: ClientHints): string {
  const brands = hints.brands?.map(({ brand, version }) => `${brand}/${version}`).join(',') ?? '';
  return `${hints.platform}|${hints.platformVersion}|${hints.model}|${hints.isMobile}|${brands}`;
}

function readDevice(userAgent: string, hints: ClientHints | undefined): Device {
  const parsed = userAgent === '' ? undefined : Bowser.parse(userAgent);
  const app = appOf(userAgent);
  // The names of some apps look like those of crawlers (Toutiao is NewsArticle).
  const device: Device = { isBot: userAgent !== '' && isbot(userAgent) && (!app || crawlerWords.test(userAgent)) };
  const browser = app?.name ?? browserOfHints(hints)?.brand ?? known(parsed?.browser.name);
  const browserVersion = app ? app.version : (browserOfHints(hints)?.version ?? known(parsed?.browser.version));
  // The parser takes whatever stands first for a browser when it knows none.
  if (browser !== undefined && (app || browserOfHints(hints) || isRealBrowser(browser))) {
    device.browser = browser;
    if (browserVersion !== undefined) device.browserVersion = browserVersion;
  }
  addSystem(device, { userAgent, parsed, hints });
  const model = known(hints?.model) ?? androidModel(userAgent) ?? known(parsed?.platform.model);
  if (model !== undefined) device.model = model;
  const brand = brandOf(model, known(parsed?.platform.vendor), device.os);
  if (brand !== undefined) device.brand = brand;
  const type = typeOf({ parsed: parsed?.platform.type, hints, userAgent, isBot: device.isBot });
  if (type !== undefined) device.deviceType = type;
  return device;
}

function appOf(userAgent: string): { name: string; version: string | undefined } | undefined {
  for (const { name, pattern } of appRules) {
    const match = pattern.exec(userAgent);
    if (match) return { name, version: match.slice(1).find((group) => group !== undefined) };
  }
  return undefined;
}

const crawlerWords = /bot\b|spider|crawl|headless/i;
const unlikelyBrowsers = /[/\s](?:CFNetwork|Darwin)|^(?:Mozilla|Dalvik|okhttp|Android Browser)$/;

function isRealBrowser(name: string): boolean {
  return name !== '' && !unlikelyBrowsers.test(name);
}

/** The brand of the browser among the hints: not the made-up one, and not the engine where the browser names itself. */
function browserOfHints(hints: ClientHints | undefined): { brand: string; version: string } | undefined {
  const real = hints?.brands?.filter(({ brand }) => brand !== '' && !/not.?a.?brand/i.test(brand.replace(/[^a-z]/gi, ''))) ?? [];
  const named = real.find(({ brand }) => brand !== 'Chromium') ?? undefined;
  return named && { brand: named.brand === 'Google Chrome' ? 'Chrome' : named.brand, version: named.version };
}

const hintedSystems: Record<string, string> = { 'Mac OS X': 'macOS', macOS: 'macOS', 'Chrome OS': 'Chrome OS', 'Chromium OS': 'Chrome OS' };

interface Sources {
  userAgent: string;
  parsed: ReturnType<typeof Bowser.parse> | undefined;
  hints: ClientHints | undefined;
}

function addSystem(device: Device, { userAgent, parsed, hints }: Sources): void {
  const harmony = /(?:Open)?Harmony(?:OS)?[ /]?([\d.]+)?/i.exec(userAgent);
  if (harmony) {
    device.os = 'HarmonyOS';
    if (harmony[1]) device.osVersion = harmony[1];
    return;
  }
  const hinted = known(hints?.platform);
  const os =
    hinted === undefined ? (known(parsed?.os.name) ?? (/CFNetwork\//.test(userAgent) ? 'iOS' : undefined)) : (hintedSystems[hinted] ?? hinted);
  if (os === undefined) return;
  device.os = os;
  const version = hinted === undefined ? known(parsed?.os.versionName) : systemVersion(hinted, known(hints?.platformVersion));
  const plain = version !== undefined && /^[\d.]+$/.test(version) ? version : undefined;
  const told = plain ?? (os === 'Windows' ? version : undefined) ?? (hinted === undefined ? known(parsed?.os.version) : undefined);
  if (told !== undefined) device.osVersion = told;
}

/** Windows tells the version of its API: from 13 on it is Windows 11, else 10 (learn.microsoft.com, "Detect Windows 11 using User-Agent Client Hints"). */
function systemVersion(platform: string, version: string | undefined): string | undefined {
  if (version === undefined || platform !== 'Windows') return version;
  const major = Number.parseInt(version, 10);
  return major >= 13 ? '11' : major > 0 ? '10' : version;
}

function androidModel(userAgent: string): string | undefined {
  const build = /;\s*([^;()]+?)\s+Build\//.exec(userAgent)?.[1];
  const plain = build ?? /Android [\d.]+;(?: HarmonyOS;)?(?: [a-z]{2}[-_][a-zA-Z]{2};)? ([^;()]+?)(?:;|\))/.exec(userAgent)?.[1];
  return plain === undefined || plain === 'K' || plain === 'wv' || plain === 'Mobile' || plain === 'Tablet' ? undefined : plain.trim();
}

function brandOf(model: string | undefined, vendor: string | undefined, os: string | undefined): string | undefined {
  if (model !== undefined) for (const [pattern, brand] of modelBrands) if (pattern.test(model)) return brand;
  if (vendor !== undefined) return vendor;
  return os === 'iOS' || os === 'macOS' ? 'Apple' : undefined;
}

function typeOf(from: {
  parsed: string | undefined;
  hints: ClientHints | undefined;
  userAgent: string;
  isBot: boolean;
}): Device['deviceType'] | undefined {
  const { parsed, hints, userAgent, isBot } = from;
  if (/\b(?:iPad|Tablet|PAD)\b/.test(userAgent)) return 'tablet';
  if (hints?.isMobile === true) return 'mobile';
  if (/\bDalvik\//.test(userAgent) || /CFNetwork\//.test(userAgent)) return 'mobile';
  if (parsed === 'mobile' || parsed === 'tablet' || parsed === 'desktop' || parsed === 'tv') return parsed;
  return hints?.isMobile === false && !isBot ? 'desktop' : undefined;
}

function known(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
