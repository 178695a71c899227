import fc from 'fast-check';
import { door as identityDoor } from '../../../../../collect/identity/index.ts';
import { door as streamDoor } from '../../../../../collect/stream/index.ts';
import { HeldClock } from '../../../../../kernel/clock.ts';
import { openTestStores } from '../../../../../kernel/testing/open-test-stores.ts';
import { door as auditDoor } from '../../../../../workspace/audit/index.ts';
import { door as projectsDoor } from '../../../../../workspace/projects/index.ts';
import type { Sources } from '../../../frame.ts';
import { dayOf } from '../../../zone-time.ts';

/** One event of a random walk through a site. People are 1 ... 5. */
export interface WalkEvent {
  person: number;
  event: '$page' | 'buy' | 'login' | 'logout' | '$page_leave' | '$identify' | 'mail';
  /** ms */
  time: number;
  /** Unique in the walk, so that events of one instant have an order. */
  sequence: number;
  passive: boolean;
  device: string;
  session: string;
  properties: Record<string, string | number | boolean>;
}

/** What people did around an instant, and the merges that came later. */
export interface Walk {
  timeZone: string;
  now: number;
  events: WalkEvent[];
  merges: { loser: number; winner: number }[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
export const WALK_DAYS = 4;

/** Zones with the instant in the middle of the walks: clocks change there, or it is a common midnight. */
const places = [
  { timeZone: 'America/New_York', around: Date.UTC(2026, 2, 8, 7) },
  { timeZone: 'America/New_York', around: Date.UTC(2026, 10, 1, 6) },
  { timeZone: 'Asia/Shanghai', around: Date.UTC(2026, 0, 31, 16) },
  { timeZone: 'Pacific/Auckland', around: Date.UTC(2026, 3, 4, 14) },
];

/** Pauses on and beside the rules' edges. */
const pauses = fc.constantFrom(
  0,
  0,
  1,
  1_000,
  20_000,
  MINUTE_MS,
  10 * MINUTE_MS,
  29 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS + 1,
  HOUR_MS - 1,
  HOUR_MS,
  5 * HOUR_MS,
  24 * HOUR_MS,
);
const properties = fc.record(
  {
    path: fc.constantFrom('/', '/a', '/a/1', '/a/2', '/b', ''),
    $channel: fc.constantFrom('Direct', 'Paid Search', 'Email'),
    $utm_campaign: fc.constantFrom('spring', 'summer', ''),
    $utm_source: fc.constantFrom('baidu', 'mail'),
    $device_type: fc.constantFrom('mobile', 'desktop'),
    visible_duration: fc.constantFrom(3, 12.5),
    interactive: fc.constantFrom(false, true),
    kind: fc.constantFrom('x', 'y'),
  },
  { requiredKeys: [] },
);
const steps = fc.record({
  pause: pauses,
  event: fc.constantFrom<WalkEvent['event']>('$page', '$page', '$page', 'buy', 'login', 'logout', '$page_leave', '$identify', 'mail'),
  properties,
  device: fc.constantFrom('', 'p', 'q'),
  session: fc.constantFrom('', 's1', 's2', 's3'),
});
const persons = fc.record({
  start: fc.integer({ min: -WALK_DAYS * 8, max: WALK_DAYS * 8 }),
  steps: fc.array(steps, { minLength: 3, maxLength: 30, size: 'max' }),
});

/** Up to five people's events, some of them at one instant. */
export const walks: fc.Arbitrary<Walk> = fc
  .record({
    place: fc.constantFrom(...places),
    people: fc.array(persons, { minLength: 1, maxLength: 5 }),
    merges: fc.constantFrom<Walk['merges']>(
      [],
      [{ loser: 2, winner: 1 }],
      [
        { loser: 3, winner: 1 },
        { loser: 5, winner: 4 },
      ],
    ),
  })
  .map(({ place, people, merges }) => {
    const events: WalkEvent[] = [];
    for (const [index, { start, steps }] of people.entries()) {
      let time = place.around + start * 3 * HOUR_MS;
      for (const { pause, device, session, ...step } of steps) {
        time += pause;
        const named = (text: string) => (text === '' ? '' : `${text}${index + 1}`);
        events.push({
          ...step,
          person: index + 1,
          time,
          sequence: events.length,
          passive: step.event === 'mail',
          device: named(device),
          session: named(session),
        });
      }
    }
    return { timeZone: place.timeZone, now: place.around + WALK_DAYS * 24 * HOUR_MS, events, merges };
  });

/** Whole days around the middle of a walk. */
export const rangesOf = (walk: Walk) =>
  fc.tuple(fc.integer({ min: -WALK_DAYS * 2, max: -WALK_DAYS }), fc.integer({ min: 3, max: 9 })).map(([from, days]) => {
    const day = (offset: number) => new Date(walk.now + offset * 24 * HOUR_MS).toISOString().slice(0, 10);
    return { kind: 'between' as const, from: day(from), to: day(from + days) };
  });

/** Stores that take walks. */
export async function openWalks() {
  const clock = new HeldClock(0);
  const stores = await openTestStores({ slices: [auditDoor, projectsDoor, identityDoor, streamDoor], clock });
  const { kernel } = stores;
  const audit = await auditDoor.start({ kernel, config: undefined, uses: {} });
  const { api: projects } = await projectsDoor.start({ kernel, config: undefined, uses: { audit: audit.api } });
  const { api: identity } = await identityDoor.start({ kernel, config: undefined, uses: {} });
  const nobody = () => Promise.reject(new Error('these questions have no audience'));
  const sources: Sources = { clickhouse: kernel.clickhouse, clock, projects, identity, audiences: { compile: nobody, check: nobody } };
  let stored = 0;
  return {
    sources,
    close: () => stores.close(),
    /** Writes a walk into a project of its own; its person `n` has the number `first + n`. */
    async store(walk: Walk): Promise<{ projectId: number; first: number }> {
      stored += 1;
      const first = stored * 10;
      clock.set(walk.now);
      const { project } = await projects.create({ name: `Walk ${stored}`, timeZone: walk.timeZone });
      const instant = (time: number) => new Date(time).toISOString().replace('Z', '');
      const rows = walk.events.map(({ person, time, device, session, passive, ...event }, index) => ({
        ...event,
        project_id: project.id,
        person_id: first + person,
        time: instant(time),
        day: dayOf(time, walk.timeZone),
        message_id: `${stored}-${index}`,
        anonymous_id: device,
        session_id: session,
        passive: passive ? 1 : 0,
        received_at: instant(time),
      }));
      if (rows.length > 0) await kernel.clickhouse.insert('events', rows);
      for (const { loser, winner } of walk.merges) {
        await kernel.postgres.pool.query('INSERT INTO merges (project_id, loser, winner, merged_at) VALUES ($1, $2, $3, now())', [
          project.id,
          first + loser,
          first + winner,
        ]);
      }
      return { projectId: project.id, first };
    },
  };
}

/** Ways to cut sessions, with rules on the edges that the walks lie on. */
export const rules = fc.oneof(
  { arbitrary: fc.constant({ kind: 'given' as const }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant('rule' as const),
      idleMinutes: fc.constantFrom(30, 30, 60),
      lengthMaxHours: fc.constantFrom(24, 1),
      midnight: fc.boolean(),
      campaign: fc.boolean(),
      startEvents: fc.constantFrom([], [], ['login']),
      endEvents: fc.constantFrom([], [], ['logout', 'buy']),
    }),
    weight: 4,
  },
);
