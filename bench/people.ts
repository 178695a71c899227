import { door } from '../src/collect/identity/index.ts';
import { openTestStores } from '../src/kernel/testing/open-test-stores.ts';

/**
 * How fast do new people come into being, durable in both stores? Half of them with a user id, half with an anonymous id and a user id on one event.
 *   node bench/people.ts [people] [group]
 * Prints one JSON line. Two groups are under way at a time, as in the stream: one in PostgreSQL while the last one is copied into ClickHouse.
 */
const PROJECT = 1;
const TARGET_PER_SECOND = 20_000;
const peopleCount = Number(process.argv[2] ?? 1_000_000);
const groupSize = Number(process.argv[3] ?? 5_000);

const stores = await openTestStores({ slices: [door] });
const { api } = await door.start({ kernel: stores.kernel, config: undefined, uses: undefined });
const now = Date.now();
// Ids come in no order, as they do in life.
const idOf = (index: number): string => `user-${((index * 7_919) % peopleCount).toString(36)}-${(index * 2_654_435_761) % 4_294_967_296}`;
let inPostgresMs = 0;
let copying: Promise<void> = Promise.resolve();
const startedAt = performance.now();
const laps: number[] = [];
for (let from = 0; from < peopleCount; from += groupSize) {
  const lapAt = performance.now();
  const claims = Array.from({ length: Math.min(groupSize, peopleCount - from) }, (_, place) => {
    const id = idOf(from + place);
    return { projectId: PROJECT, act: 'other' as const, at: now, userId: id, ...(place % 2 === 1 && { anonymousId: `device-${id}` }) };
  });
  const resolution = await api.resolve(claims);
  inPostgresMs += performance.now() - lapAt;
  const before = copying;
  copying = (async () => {
    await before;
    await api.copy(resolution.changed);
  })();
  await before;
  laps.push(claims.length / ((performance.now() - lapAt) / 1_000));
}
await copying;
const seconds = (performance.now() - startedAt) / 1_000;
const [row] = await stores.kernel.clickhouse.query<{ people: number }>(
  'SELECT count() AS people FROM people FINAL WHERE project_id = {projectId:UInt32}',
  {
    projectId: PROJECT,
  },
);
const tenth = Math.max(1, Math.floor(laps.length / 10));
const mean = (list: readonly number[]): number => Math.round(list.reduce((sum, each) => sum + each, 0) / list.length);
const perSecond = Math.round(peopleCount / seconds);
console.log(
  JSON.stringify({
    bench: 'people',
    form: stores.form,
    people: row?.people,
    group: groupSize,
    perSecond,
    firstTenthPerSecond: mean(laps.slice(0, tenth)),
    lastTenthPerSecond: mean(laps.slice(-tenth)),
    postgresShare: Number((inPostgresMs / 1_000 / seconds).toFixed(2)),
    residentMb: Math.round(process.memoryUsage().rss / 1_048_576),
    isReached: row?.people === peopleCount && perSecond >= TARGET_PER_SECOND,
  }),
);
await stores.close();
process.exit(0);
