import type { IncomingHttpHeaders } from 'node:http';

/** Headers that clients set themselves, for those that do not ask. */
const headersAllowed =
  'authorization, content-type, content-encoding, x-write-key, anonymousid, x-umami-cache, openpanel-client-id, openpanel-client-secret, openpanel-sdk-name, openpanel-sdk-version, appid, compress, dry-run, x-requested-with';

const ofEveryAnswer = ['access-control-expose-headers', 'retry-after', 'cross-origin-resource-policy', 'cross-origin'] as const;
const withoutOrigin: readonly string[] = ['access-control-allow-origin', '*', ...ofEveryAnswer];

/**
 * What an answer says to browsers, as names and values in turn. Any page may send; the origin is named, because beacons and some libraries send with
 * credentials, and then browsers take no `*` (Fetch standard, CORS protocol and credentials). No cookie means anything here.
 */
export function corsOfAnswer({ origin }: IncomingHttpHeaders): readonly string[] {
  if (origin === undefined) return withoutOrigin;
  return ['access-control-allow-origin', origin, 'access-control-allow-credentials', 'true', 'vary', 'origin', ...ofEveryAnswer];
}

/** The answer to a browser that asks whether it may send, with whatever headers its library sets. */
export function corsOfPreflight(headers: IncomingHttpHeaders): Record<string, string> {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    ...(headers.origin !== undefined && { 'access-control-allow-credentials': 'true', vary: 'origin' }),
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? headersAllowed,
    'access-control-expose-headers': 'retry-after',
    'access-control-max-age': '86400',
    'cross-origin-resource-policy': 'cross-origin',
  };
}
