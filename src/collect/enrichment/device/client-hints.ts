import { Recent } from '../recent.ts';
import type { ClientHints } from './device.ts';

const HINTS_KEPT = 5_000;
const LENGTH_MAX = 1_000;
const parsedLists = new Recent<readonly { brand: string; version: string }[]>(HINTS_KEPT);

/** Hints of a request's headers (https://wicg.github.io/ua-client-hints/), names in lower case. Undefined when there are none. */
export function hintsOfHeaders(headers: Record<string, string> | undefined): ClientHints | undefined {
  if (!headers) return undefined;
  const list = headers['sec-ch-ua-full-version-list'] ?? headers['sec-ch-ua'];
  const platform = headers['sec-ch-ua-platform'];
  const model = headers['sec-ch-ua-model'];
  const mobile = headers['sec-ch-ua-mobile'];
  if (list === undefined && platform === undefined && model === undefined && mobile === undefined) return undefined;
  const version = headers['sec-ch-ua-platform-version'];
  return {
    ...(platform !== undefined && { platform: unquoted(platform) }),
    ...(version !== undefined && { platformVersion: unquoted(version) }),
    ...(model !== undefined && { model: unquoted(model) }),
    ...(mobile !== undefined && { isMobile: mobile === '?1' }),
    ...(list !== undefined && { brands: brandsOf(list.slice(0, LENGTH_MAX)) }),
  };
}

/** Hints as `navigator.userAgentData` gives them; Segment's libraries send them in `context.userAgentData`. */
export function hintsOfContext(value: unknown): ClientHints | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { platform, platformVersion, model, mobile, brands, fullVersionList } = value as Record<string, unknown>;
  const list = [fullVersionList, brands].find(Array.isArray);
  const told = list?.slice(0, 10).flatMap((each: unknown) => {
    const { brand, version } = (each ?? {}) as { brand?: unknown; version?: unknown };
    return typeof brand === 'string' && typeof version === 'string' ? [{ brand: brand.slice(0, 60), version: version.slice(0, 40) }] : [];
  });
  return {
    ...(typeof platform === 'string' && { platform: platform.slice(0, 60) }),
    ...(typeof platformVersion === 'string' && { platformVersion: platformVersion.slice(0, 40) }),
    ...(typeof model === 'string' && { model: model.slice(0, 100) }),
    ...(typeof mobile === 'boolean' && { isMobile: mobile }),
    ...(told && { brands: told }),
  };
}

function unquoted(text: string): string {
  return text.replace(/^\s*"|"\s*$/g, '').slice(0, 100);
}

/** `"Chromium";v="128", "Not;A=Brand";v="24"`. */
function brandsOf(list: string): readonly { brand: string; version: string }[] {
  const known = parsedLists.get(list);
  if (known) return known;
  const brands = [...list.matchAll(/"((?:[^"\\]|\\.)*)"\s*;\s*v="([^"]*)"/g)].map(([, brand = '', version = '']) => ({ brand, version }));
  parsedLists.set(list, brands);
  return brands;
}
