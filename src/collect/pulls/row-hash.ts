import { createHash } from 'node:crypto';
import type { Row } from '../imports/index.ts';

/** Short name of a row or a part of it. */
export function hashOf(value: Row): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 32);
}

/** Columns that say whom a row is about. */
export function keysOf({ columns }: { columns: readonly { column: string; role: string }[] }): string[] {
  return columns.filter(({ role }) => role === 'userId' || role === 'anonymousId' || role === 'id').map(({ column }) => column);
}
