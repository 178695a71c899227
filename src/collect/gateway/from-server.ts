import type { DialectRequest } from './dialect.ts';

const serverLibrary = /(^|[-_/. ])(node|nodejs|python|ruby|go|golang|java|php|net|csharp|rust|elixir|clojure|scala|perl)($|[-_/. ])/i;

/**
 * Whether a server sent the request on behalf of people, so that its address and user agent say nothing about them. A library that is known for it
 * says so by its name; without a library only browsers are taken for the person's own device.
 */
export function isFromServer(library: unknown, request: Pick<DialectRequest, 'headers'>): boolean {
  if (typeof library === 'string' && library !== '') return serverLibrary.test(library);
  return request.headers.origin === undefined && !(request.headers['user-agent'] ?? '').startsWith('Mozilla/');
}
