const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What is looked at of a request. */
export interface OriginFacts {
  method: string;
  header(name: string): string | undefined;
  publicUrl: string;
}

/**
 * Whether a request may change something on the strength of a cookie: it only reads, or a browser says that our own pages sent it.
 * `Sec-Fetch-Site` decides where the browser sends it (https and localhost), else `Origin` against our host and public address. A request with
 * neither is no browser's, which alone attach cookies that they were not told to. Source: OWASP CSRF cheat sheet, "Fetch Metadata" and "Origin".
 */
export function mayChange({ method, header, publicUrl }: OriginFacts): boolean {
  if (safeMethods.has(method.toUpperCase())) return true;
  const site = header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = header('origin');
  if (origin === undefined) return true;
  if (origin === new URL(publicUrl).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === header('host');
}
