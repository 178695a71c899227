import { randomBytes, randomUUID } from 'node:crypto';

/** Where the product takes identifiers from. Tests may give predictable ones. */
export interface Ids {
  /** A UUID of version 7 (RFC 9562): sorts by time of making. */
  uuid(): string;
  /** `prefix_` and 32 random hexadecimal digits, for keys and tokens. */
  secret(prefix: string): string;
}

/** Makes a version-7 UUID for the instant `now` (ms). */
export function uuidV7(now: number): string {
  const random = randomUUID();
  const time = now.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

export const randomIds: Ids = {
  uuid: () => uuidV7(Date.now()),
  secret: (prefix) => `${prefix}_${randomBytes(16).toString('hex')}`,
};
