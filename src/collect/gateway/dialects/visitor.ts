import { createHash } from 'node:crypto';
import type { DialectRequest } from '../dialect.ts';

/**
 * The id of a visitor for clients that keep none in the browser: made of the site, the address and the browser. It does not change with the day or
 * the month, so that who comes back is known again.
 */
export function visitorOf(site: string, ip: string, userAgent: string): string {
  return uuidOf([site, ip, userAgent].join('\n'));
}

/** The same for the request itself, unless its message says otherwise. */
export function visitorOfRequest(
  request: Pick<DialectRequest, 'headers' | 'ip' | 'token'>,
  said: { site?: string | undefined; ip?: string | undefined; userAgent?: string | undefined },
): string {
  return visitorOf(request.token ?? said.site ?? '', said.ip ?? request.ip, said.userAgent ?? request.headers['user-agent'] ?? '');
}

/** A UUID (version 5 in form) that is the same for the same text. */
export function uuidOf(text: string): string {
  const digits = createHash('sha256').update(text).digest('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}
