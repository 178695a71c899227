import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import { refuse } from './contract.ts';
import type { AccessTables } from './tables.ts';

/** How many failures in a row are free, and how long the longest wait is. */
interface Limit {
  subject: string;
  freeMax: number;
  waitMaxSeconds: number;
  /** Whether one success clears it. An address stays counted: else one's own account would clear guesses at others. */
  isCleared: boolean;
}

const firstWaitSeconds = 30;
const forgetAfterMs = 24 * 3_600_000;
/** Doublings beyond this change nothing but the size of the number. */
const doublingsMax = 12;

/** Limits of one sign-in: this email from this address, this email from anywhere (addresses can be changed), and this address (emails too). */
export function limitsOfSignIn(email: string, ip: string): Limit[] {
  return [
    { subject: hash(`pair\n${email}\n${ip}`), freeMax: 5, waitMaxSeconds: 3_600, isCleared: true },
    { subject: hash(`email\n${email}`), freeMax: 25, waitMaxSeconds: 900, isCleared: true },
    { subject: hash(`ip\n${ip}`), freeMax: 50, waitMaxSeconds: 900, isCleared: false },
  ];
}

/** Limit of guesses at the current password by somebody who holds a session. */
export function limitsOfPasswordChange(memberId: string): Limit[] {
  return [{ subject: hash(`password\n${memberId}`), freeMax: 5, waitMaxSeconds: 3_600, isCleared: true }];
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Counts an attempt as failed before it is made, so that many at once cannot slip past the limit; `forgive` takes it back.
 * From the last free failure on, each doubles the wait, beginning with 30 s. Throws `access.too_many_failures` with Retry-After while a wait lasts.
 */
export async function countAttempt(db: Kysely<AccessTables>, clock: Clock, limits: readonly Limit[]): Promise<void> {
  const now = new Date(clock.now());
  for (const limit of limits) {
    if (await countOne(db, now, limit)) continue;
    const row = await db.selectFrom('sign_in_failures').select('blocked_until').where('subject', '=', limit.subject).executeTakeFirst();
    const seconds = Math.max(1, Math.ceil(((row?.blocked_until?.getTime() ?? 0) - now.getTime()) / 1_000));
    throw refuse('too_many_failures', { retryAfterSeconds: seconds, details: { seconds } });
  }
}

/** True when the attempt may be made. One statement: the row's lock orders attempts that come at once. */
async function countOne(db: Kysely<AccessTables>, now: Date, limit: Limit): Promise<boolean> {
  const forgetBefore = new Date(now.getTime() - forgetAfterMs);
  const counted = await sql`
    INSERT INTO sign_in_failures AS f (subject, failures, last_failed_at) VALUES (${limit.subject}, 1, ${now})
    ON CONFLICT (subject) DO UPDATE SET
      failures = CASE WHEN f.last_failed_at <= ${forgetBefore}::timestamptz THEN 1 ELSE f.failures + 1 END,
      last_failed_at = excluded.last_failed_at,
      blocked_until = CASE WHEN f.last_failed_at > ${forgetBefore}::timestamptz AND f.failures + 1 >= ${limit.freeMax}::int
        THEN excluded.last_failed_at + interval '1 second'
          * least(${limit.waitMaxSeconds}::float8, ${firstWaitSeconds}::float8 * 2 ^ least(f.failures + 1 - ${limit.freeMax}::int, ${doublingsMax}::int))
        ELSE NULL END
    WHERE f.blocked_until IS NULL OR f.blocked_until <= excluded.last_failed_at
    RETURNING failures`.execute(db);
  return counted.rows.length > 0;
}

/** Takes back what `countAttempt` counted, after a success. */
export async function forgive(db: Kysely<AccessTables>, limits: readonly Limit[]): Promise<void> {
  for (const { subject, isCleared } of limits) {
    if (isCleared) await db.deleteFrom('sign_in_failures').where('subject', '=', subject).execute();
    else
      await db
        .updateTable('sign_in_failures')
        .set({ failures: sql<number>`greatest(failures - 1, 0)`, blocked_until: null })
        .where('subject', '=', subject)
        .execute();
  }
}

/** Deletes counts that no longer limit anything. */
export async function forgetOldFailures(db: Kysely<AccessTables>, now: number): Promise<void> {
  await db
    .deleteFrom('sign_in_failures')
    .where('last_failed_at', '<=', new Date(now - forgetAfterMs))
    .execute();
}
