import { sql } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';

const VOLUMES_KEPT_DAYS = 400;
const VIOLATIONS_KEPT_DAYS = 90;

/** Takes out figures that nobody looks at any more. */
export async function purgeFigures({ postgres, clock }: Pick<Kernel, 'postgres' | 'clock'>): Promise<void> {
  const now = new Date(clock.now());
  const db = postgres.as();
  await sql`DELETE FROM seen_event_days WHERE day < ${now}::date - ${VOLUMES_KEPT_DAYS}::int`.execute(db);
  await sql`DELETE FROM seen_properties WHERE last_seen < ${now}::timestamptz - make_interval(days => ${VOLUMES_KEPT_DAYS}::int)`.execute(db);
  await sql`DELETE FROM plan_violations WHERE day < ${now}::date - ${VIOLATIONS_KEPT_DAYS}::int`.execute(db);
}
