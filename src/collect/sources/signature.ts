import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignatureRule {
  header: string;
  algorithm: 'sha1' | 'sha256' | 'sha512';
  encoding: 'hex' | 'base64';
  form: 'plain' | 'timestamped';
  secret: string;
}

/** How old a timestamped signature may be. */
const AGE_MAX_MS = 300_000;

/**
 * Whether the body was signed with the secret (HMAC, RFC 2104). `plain` takes `sha256=` and the like before the signature; `timestamped` is
 * `t=<seconds>,v1=<signature of "seconds.body">`, several `v1` allowed, which also keeps out what was recorded and sent again later.
 */
export function isSigned(rule: SignatureRule, body: Buffer, { headers, now }: { headers: Readonly<Record<string, string>>; now: number }): boolean {
  const sent = headers[rule.header]?.trim();
  if (sent === undefined || sent === '') return false;
  if (rule.form === 'plain') return isSame(sent.replace(/^sha(1|256|512)=/i, ''), hmac(rule, [body]), rule.encoding);
  const parts = sent.split(',').map((part) => part.trim().split('=', 2));
  const seconds = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(seconds) || Math.abs(now - Number(seconds) * 1_000) > AGE_MAX_MS) return false;
  const expected = hmac(rule, [Buffer.from(`${seconds}.`), body]);
  return parts.some(([name, value = '']) => name === 'v1' && isSame(value, expected, rule.encoding));
}

function hmac(rule: SignatureRule, parts: readonly Buffer[]): Buffer {
  const made = createHmac(rule.algorithm, rule.secret);
  for (const part of parts) made.update(part);
  return made.digest();
}

function isSame(sent: string, expected: Buffer, encoding: 'hex' | 'base64'): boolean {
  const bytes = Buffer.from(sent, encoding);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
