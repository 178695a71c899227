import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { door as identityDoor } from '../collect/identity/index.ts';
import { door as retentionDoor } from '../collect/retention/index.ts';
import { door as streamDoor } from '../collect/stream/index.ts';
import { HeldClock } from '../kernel/clock.ts';
import type { BoundRoute } from '../kernel/http/handle.ts';
import { openTestStores, type TestStores } from '../kernel/testing/open-test-stores.ts';
import { door as audiencesDoor } from '../know/audiences/index.ts';
import { questionSchema } from '../know/insights/contract.ts';
import { door as insightsDoor } from '../know/insights/index.ts';
import { door as segmentsDoor } from '../know/segments/index.ts';
import { door as auditDoor } from '../workspace/audit/index.ts';
import { door as projectsDoor } from '../workspace/projects/index.ts';

/*
 * Erasing a person, and deleting what is too old: afterwards every report of a random history says what it says about the same history without that
 * person or without those events.
 */
const NOW = Date.parse('2026-06-15T04:00:00Z');
const DAY_MS = 86_400_000;
const DAYS = 12;
const PEOPLE = 9;
const WORLDS = Number(process.env.PERENNIAL_TEST_WORLDS ?? 4);
const EVENTS = ['view', 'search', 'buy'];

const clock = new HeldClock(NOW);
const slices = [auditDoor, projectsDoor, identityDoor, streamDoor, retentionDoor, audiencesDoor, segmentsDoor, insightsDoor];
let on: Awaited<ReturnType<typeof open>>;

async function open() {
  const stores: TestStores = await openTestStores({ slices, clock });
  const { kernel } = stores;
  const audit = (await auditDoor.start({ kernel, config: {}, uses: {} })).api;
  const projects = (await projectsDoor.start({ kernel, config: {}, uses: { audit } })).api;
  const identity = (await identityDoor.start({ kernel, config: {}, uses: {} })).api;
  const stream = (await streamDoor.start({ kernel, config: {}, uses: { identity, projects } })).api;
  const retention = await retentionDoor.start({ kernel, config: {}, uses: { audit, projects, identity, stream } });
  const audiences = (await audiencesDoor.start({ kernel, config: {}, uses: { projects, identity, stream } })).api;
  const segments = (await segmentsDoor.start({ kernel, config: {}, uses: { audit, projects, identity, stream, audiences } })).api;
  const insights = (await insightsDoor.start({ kernel, config: {}, uses: { audit, projects, identity, stream, audiences, segments } })).api;
  await stores.startWorkers();
  return { stores, projects, identity, stream, retention, insights };
}

beforeAll(async () => {
  on = await open();
});
afterAll(async () => {
  await on.stores.close();
});

/** Calls a route of retention as a member would. */
async function ask<T>(id: string, params: Record<string, unknown>, body: unknown = {}): Promise<T> {
  const bound = on.retention.routes?.find((each: BoundRoute) => each.route.id === id);
  if (!bound) throw new Error(`There is no route ${id}`);
  const principal = { kind: 'member', memberId: '00000000-0000-7000-8000-000000000001', email: 'm@example.com' } as const;
  return (await bound.handler({ params, query: {}, body, principal } as never)) as T;
}

interface Done {
  person: number;
  id: { userId?: string; anonymousId?: string };
  event: string;
  time: number;
  price: number;
  passive: boolean;
}

/** A history in which people appear on devices first and sign in later, so that numbers are merged. */
function randomHistory(seed: number): Done[] {
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return Array.from({ length: 160 }, () => {
    const person = Math.floor(random() * PEOPLE);
    const id = random() < 0.5 ? { userId: `u${person}` } : { anonymousId: `a${person}-${Math.floor(random() * 2)}` };
    const event = EVENTS[Math.floor(random() * EVENTS.length)] ?? 'view';
    const time = NOW - Math.floor(random() * DAYS * DAY_MS);
    return { person, id, event, time, price: Math.floor(random() * 100), passive: random() < 0.1 };
  });
}

let sent = 0;

/** Writes a history; at its end everybody's devices are joined to them. */
async function write(projectId: number, history: readonly Done[]): Promise<void> {
  const meta = { receivedAt: NOW, source: 'test' };
  const calls = history.map((done, sequence) => {
    sent += 1;
    const { event, time, passive, id } = done;
    return { messageId: `m${sent}`, kind: 'track' as const, event, time, sequence, properties: { price: done.price }, context: {}, passive, ...id };
  });
  await on.stream.accept(projectId, calls, meta);
  const people = [...new Set(history.map((done) => done.person))];
  const joins = people.flatMap((person) =>
    [0, 1].map((device) => {
      sent += 1;
      const ids = { userId: `u${person}`, anonymousId: `a${person}-${device}` };
      const traits = { email: `p${person}@example.com`, level: person };
      return {
        messageId: `m${sent}`,
        kind: 'identify' as const,
        event: '$identify',
        time: NOW - DAY_MS,
        sequence: 0,
        properties: traits,
        traits,
        context: {},
        ...ids,
      };
    }),
  );
  await on.stream.accept(projectId, joins, meta);
}

/** Everything that a project's reports say, without numbers of people. */
async function reports(projectId: number): Promise<unknown> {
  const range = { kind: 'last', count: DAYS + 2, unit: 'day' } as const;
  const trends = [...EVENTS, '', '$identify', '$merged'].flatMap((event) =>
    (event === ''
      ? [{ kind: 'people' as const }]
      : [{ kind: 'people' as const }, { kind: 'events' as const }, { kind: 'sum' as const, property: 'price' }]
    ).map((measure) => ({ kind: 'trend' as const, event, filters: [], measure, interval: 'day' as const, range, compare: false, total: true })),
  );
  const steps = ['view', 'search', 'buy'].map((event) => ({ event, filters: [] }));
  const funnel = { kind: 'funnel' as const, steps, window: { count: 5, unit: 'day' as const }, range, times: true };
  const kept = {
    kind: 'retention' as const,
    start: '',
    return: 'view',
    type: 'firstInRange' as const,
    mode: 'on' as const,
    interval: 'day' as const,
    offsets: 6,
    range,
  };
  const answers: unknown[] = [];
  for (const question of [...trends, funnel, kept]) {
    const { asOf: _, identityWatermark: __, ...answer } = await on.insights.answer(projectId, questionSchema.parse(question));
    answers.push(answer);
  }
  const people = await on.stores.kernel.clickhouse.query(
    'SELECT toJSONString(traits) AS traits FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 ORDER BY traits',
    { projectId },
  );
  const names = (await on.stream.eventNames(projectId)).map(({ event, count }) => ({ event, count })).sort((a, b) => a.event.localeCompare(b.event));
  return { answers, people, names };
}

const newProject = async (): Promise<number> =>
  (await on.projects.create({ name: `Project ${Math.random()}`, timeZone: 'Asia/Shanghai' })).project.id;

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${sorted(part)}`).join(',')}}`;
}

interface Erased {
  state: string;
  proof?: { rows: { table: string; before: number; after: number }[]; subjects: string[]; numbers: number[]; signature: string };
}

test.each(Array.from({ length: WORLDS }, (_, index) => index + 1))(
  'history %i: after an erasure every report is that of the history without the person, and the ids start a new one',
  { timeout: 180_000 },
  async (seed) => {
    const history = randomHistory(seed * 7_919);
    const erased = seed % PEOPLE;
    const [whole, without] = [await newProject(), await newProject()];
    await write(whole, history);
    await write(
      without,
      history.filter((done) => done.person !== erased),
    );
    const number = await on.identity.personOf(whole, 'user', `u${erased}`);
    expect(number).toBeDefined();
    const before = await reports(whole);
    const preview = await ask<{ numbers: number[]; items: { table: string; rows: number }[] }>('retention.preview_erasure', {
      projectId: whole,
      personId: number,
    });
    expect(preview.items.find(({ table }) => table === 'events')?.rows).toBeGreaterThan(0);

    const { erasureId } = await ask<{ erasureId: string }>('retention.erase_person', { projectId: whole, personId: number });
    const read = () => ask<Erased>('retention.get_erasure', { projectId: whole, erasureId });
    await expect.poll(async () => (await read()).state, { timeout: 120_000 }).toBe('done');
    const { proof } = await read();
    expect(proof?.rows.filter(({ after }) => after > 0)).toEqual([]);
    for (const table of ['events', 'event_days', 'identities']) expect(proof?.rows.find((row) => row.table === table)?.before).toBeGreaterThan(0);
    expect(proof?.numbers).toEqual(preview.numbers);
    const { signature, ...signed } = proof ?? { signature: '' };
    expect(signature).toBe(createHmac('sha256', on.stores.kernel.secret).update(sorted(signed)).digest('hex'));
    expect(JSON.stringify(proof)).not.toContain(`u${erased}"`);

    const after = await reports(whole);
    expect(after).toEqual(await reports(without));
    expect(after).not.toEqual(before);
    expect(await on.identity.personOf(whole, 'user', `u${erased}`)).toBeUndefined();
    expect(await on.identity.person(whole, number ?? 0)).toBeUndefined();

    await write(whole, history.filter((done) => done.person === erased).slice(0, 3));
    const reborn = await on.identity.personOf(whole, 'user', `u${erased}`);
    expect(reborn).toBeDefined();
    expect(preview.numbers).not.toContain(reborn);
  },
);

test('events that are older than the rules allow go, and every report is that of the history without them', { timeout: 180_000 }, async () => {
  const history = randomHistory(4_711);
  const [whole, without] = [await newProject(), await newProject()];
  const items = [
    { event: '*', keepDays: 8 },
    { event: 'view', keepDays: 4 },
    { event: 'buy', keepDays: null },
  ];
  const dayOf = (time: number) => Math.floor((time + 8 * 3_600_000) / DAY_MS);
  const stays = ({ event, time }: Done): boolean => {
    const keepDays = event === 'view' ? 4 : event === 'buy' ? null : 8;
    return keepDays === null || dayOf(time) > dayOf(NOW) - keepDays;
  };
  await write(whole, history);
  await write(without, history);
  const gone = history.filter((done) => !stays(done)).length;
  expect(gone).toBeGreaterThan(20);
  // The oracle: the other project's rows are deleted by their own times, and its daily sets are made anew.
  const { clickhouse } = on.stores.kernel;
  const parameters = { projectId: without };
  const mutation = { settings: { mutations_sync: 1 } };
  const [events, sets] = [clickhouse.localTable('events'), clickhouse.localTable('event_days')];
  const old = (days: number) =>
    `toDate(time, 'Asia/Shanghai') < toDate('${new Date(NOW - (days - 1) * DAY_MS + 8 * 3_600_000).toISOString().slice(0, 10)}')`;
  await clickhouse.commandOnEachShard(
    `ALTER TABLE ${events} DELETE WHERE project_id = {projectId:UInt32} AND ((event = 'view' AND ${old(4)}) OR (event NOT IN ('view', 'buy') AND ${old(8)}))`,
    parameters,
    mutation,
  );
  await clickhouse.commandOnEachShard(`ALTER TABLE ${sets} DELETE WHERE project_id = {projectId:UInt32}`, parameters, mutation);
  await clickhouse.commandOnEachShard(
    `INSERT INTO ${sets} (project_id, event, day, people) SELECT project_id, arrayJoin(if(passive = 1, [toString(event)], [toString(event), ''])) AS event, day, groupBitmapState(person_id)
    FROM ${events} WHERE project_id = {projectId:UInt32} GROUP BY project_id, event, day`,
    parameters,
  );

  const preview = await ask<{ total: number; items: { event: string; events: number }[] }>(
    'retention.preview_rules',
    { projectId: whole },
    { items },
  );
  expect(preview.total).toBe(gone);
  expect(preview.items.map(({ event }) => event).sort()).toEqual(['search', 'view']);
  await ask('retention.save_rules', { projectId: whole }, { items });
  expect(await reports(whole)).not.toEqual(await reports(without));
  await ask('retention.start_run', { projectId: whole });
  const runs = () => ask<{ items: { state: string; total: number }[] }>('retention.list_runs', { projectId: whole });
  await expect.poll(async () => (await runs()).items[0]?.state, { timeout: 60_000 }).toBe('done');
  expect((await runs()).items[0]?.total).toBe(gone);
  expect(await reports(whole)).toEqual(await reports(without));
  expect((await ask<{ total: number }>('retention.preview_rules', { projectId: whole }, { items })).total).toBe(0);
});
