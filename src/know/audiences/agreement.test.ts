import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Canonical, door as identity } from '../../collect/identity/index.ts';
import { door as stream } from '../../collect/stream/index.ts';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import { processEnvironment } from '../../kernel/config/config.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { testForm } from '../../kernel/testing/test-form.ts';
import { conditions, edgeRules, edgeWorld, type World, worlds } from './agreement.arbitraries.ts';
import type { EventFact, Facts, SegmentSource } from './api.ts';
import { type Condition, conditionSchema } from './condition.ts';
import { dayOfInstant, textOfDay } from './days.ts';
import { loadFacts } from './load-facts.ts';
import { matches } from './matches.ts';
import { compileAudience } from './sql/compile.ts';

const SEED = Number(processEnvironment().AUDIENCE_SEED ?? 20_260_101);
/** A query costs the same for few people and for many: worlds are populous, and the servers, where it costs most, see a part of them. */
const WORLDS = Number(processEnvironment().AUDIENCE_WORLDS ?? (testForm === 'server' ? 4 : 12));
const PAIRS_MIN = testForm === 'server' ? 20_000 : 100_000;
const RULES_A_WORLD = 60;
const LOADED_A_WORLD = 25;

let stores: TestStores;
let clickhouse: ClickHouse;

beforeAll(async () => {
  stores = await openTestStores({ slices: [identity, stream] });
  clickhouse = stores.kernel.clickhouse;
});
afterAll(() => stores.close());

/** A world as it stands in the stores: person `index` has the number `first + index`. */
class StoredWorld {
  readonly world: World;
  readonly projectId: number;
  readonly #first: number;
  readonly #facts = new Map<number, Facts>();
  constructor(world: World, projectId: number) {
    this.world = world;
    this.projectId = projectId;
    this.#first = projectId * 1_000;
  }

  number(index: number): number {
    return this.#first + index;
  }

  get canonical(): Canonical {
    const losers = this.world.merges.map(({ loser }) => this.number(loser));
    const winners = this.world.merges.map(({ winner }) => this.number(winner));
    const numbersOf = (persons: Iterable<number>): number[] => {
      const wanted = new Set(persons);
      return [...wanted, ...losers.filter((_, index) => wanted.has(winners[index] ?? 0))];
    };
    const days = (bitmap: string) => (asked: { where: string }) => `SELECT ${bitmap} FROM event_days WHERE ${asked.where}`;
    const plain = 'groupBitmapMergeState(people)';
    if (losers.length === 0)
      return { person: (column) => column, bitmap: (expression) => expression, days: days(plain), parameters: {}, numbersOf, losers, winners };
    return {
      person: (column) => `transform(${column}, {losers:Array(UInt32)}, {winners:Array(UInt32)}, ${column})`,
      bitmap: (expression) => `bitmapTransform(${expression}, {losers:Array(UInt32)}, {winners:Array(UInt32)})`,
      days: days(`bitmapTransform(${plain}, {losers:Array(UInt32)}, {winners:Array(UInt32)})`),
      parameters: { losers, winners },
      numbersOf,
      losers,
      winners,
    };
  }

  winnerOf(index: number): number {
    return this.world.merges.find(({ loser }) => loser === index)?.winner ?? index;
  }

  isGone(index: number): boolean {
    return this.winnerOf(index) !== index;
  }

  membersOf(segmentId: number): Set<number> {
    return new Set((this.world.segments[segmentId - 1] ?? []).map((index) => this.number(this.winnerOf(index))));
  }

  readonly segments: SegmentSource = {
    membersSql: (_, segmentId, prefix) => ({
      sql: `SELECT arrayJoin({${prefix}_members:Array(UInt32)}) AS person_id`,
      parameters: { [`${prefix}_members`]: [...this.membersOf(segmentId)] },
    }),
    segmentsOf: async (_, personId, segmentIds) => new Set(segmentIds.filter((segmentId) => this.membersOf(segmentId).has(personId))),
    names: async () => new Map(),
  };

  facts(index: number): Facts {
    const known = this.#facts.get(index);
    if (known) return known;
    const { now, timeZone, people } = this.world;
    const events: EventFact[] = this.world.events
      .filter((event) => this.winnerOf(event.person) === index)
      .map((event) => ({ ...event, day: textOfDay(dayOfInstant(event.time, timeZone)) }));
    const segments = new Set([1, 2, 3].filter((segmentId) => this.membersOf(segmentId).has(this.number(index))));
    const facts = { now, timeZone, exists: !this.isGone(index), traits: people[index]?.traits ?? {}, events, segments };
    this.#facts.set(index, facts);
    return facts;
  }

  async store(): Promise<void> {
    const { world, projectId } = this;
    const at = (ms: number) => new Date(ms).toISOString();
    const people = world.people.map(({ traits }, index) => ({
      project_id: projectId,
      person_id: this.number(index),
      traits,
      created_at: at(world.now),
      version: 2,
      gone: this.isGone(index) ? 1 : 0,
    }));
    const earlier = people.map((row) => ({ ...row, traits: { a: 'earlier' }, version: 1, gone: 0 }));
    const events = world.events.map((event, sequence) => ({
      project_id: projectId,
      person_id: this.number(event.person),
      event: event.event,
      time: at(event.time),
      day: textOfDay(dayOfInstant(event.time, world.timeZone)),
      sequence,
      message_id: `${projectId}-${sequence}`,
      passive: event.passive ? 1 : 0,
      properties: event.properties,
      received_at: at(event.time),
    }));
    for (const rows of [earlier, people]) await clickhouse.insert('people', rows);
    await clickhouse.insert('events', events);
  }

  compile(condition: Condition, persons?: number[]) {
    const { now, timeZone } = this.world;
    const some = persons === undefined ? {} : { persons };
    return compileAudience(condition, { projectId: this.projectId, now, timeZone, canonical: this.canonical, segments: this.segments, ...some });
  }
}

async function peopleBySql(stored: StoredWorld, condition: Condition, persons?: number[]): Promise<number[]> {
  const { sql, parameters } = stored.compile(condition, persons);
  const rows = await clickhouse.query<{ person_id: number }>(sql, parameters);
  return rows.map((row) => row.person_id).sort((left, right) => left - right);
}

function peopleInMemory(stored: StoredWorld, condition: Condition): number[] {
  const all = stored.world.people.map((_, index) => index);
  return all.filter((index) => matches(condition, stored.facts(index))).map((index) => stored.number(index));
}

test('the query and the in-memory evaluator never disagree', async () => {
  const drawn = fc.sample(worlds, { numRuns: WORLDS, seed: SEED });
  const seen = { pairs: 0, matched: 0, loaded: 0 };
  for (const [place, world] of drawn.entries()) {
    const stored = new StoredWorld(world, place + 1);
    await stored.store();
    const rules = fc.sample(conditions(world.now, world.timeZone), { numRuns: RULES_A_WORLD, seed: SEED + place });
    for (const [rulePlace, drawnRule] of rules.entries()) {
      const rule = conditionSchema.parse(JSON.parse(JSON.stringify(drawnRule)));
      const inMemory = peopleInMemory(stored, rule);
      const about = JSON.stringify({ seed: SEED, place, rulePlace, zone: world.timeZone, now: world.now, rule });
      expect(await peopleBySql(stored, rule), about).toEqual(inMemory);
      seen.pairs += world.people.length;
      seen.matched += inMemory.length;
      if (rulePlace < LOADED_A_WORLD && world.people.length > 0) {
        const index = (rulePlace * 7) % world.people.length;
        await checkOne(stored, rule, index, about);
        seen.loaded += 1;
      }
    }
  }
  console.log(`audience agreement: seed ${SEED}, ${seen.pairs} pairs of person and rule, ${seen.matched} matched, ${seen.loaded} loaded one by one`);
  expect(seen.pairs).toBeGreaterThan(PAIRS_MIN);
  expect(seen.matched).toBeGreaterThan(seen.pairs / 10);
}, 600_000);

test('they agree on every value that lies on an edge', async () => {
  const stored = new StoredWorld(edgeWorld(), 900);
  await stored.store();
  for (const rule of edgeRules()) expect(await peopleBySql(stored, rule), JSON.stringify(rule)).toEqual(peopleInMemory(stored, rule));
});

/** The same for one person: facts loaded from the stores, and the query narrowed to them. */
async function checkOne(stored: StoredWorld, rule: Condition, index: number, about: string): Promise<void> {
  const { world, projectId } = stored;
  const personId = stored.number(index);
  const expected = matches(rule, stored.facts(index));
  const identityOfWorld = {
    canonical: async () => stored.canonical,
    person: async () => {
      const winner = stored.winnerOf(index);
      const traits = world.people[winner]?.traits ?? {};
      return { personId: stored.number(winner), traits, externalIds: [], createdAt: world.now };
    },
  };
  const facts = await loadFacts(
    { projectId, personId, condition: rule, now: world.now, timeZone: world.timeZone },
    { clickhouse, identity: identityOfWorld, segments: stored.segments },
  );
  expect(matches(rule, facts), `person ${index} ${about}`).toBe(expected);
  expect(await peopleBySql(stored, rule, [personId]), `only person ${index} ${about}`).toEqual(expected ? [personId] : []);
}
