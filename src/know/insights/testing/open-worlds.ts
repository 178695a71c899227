import fc from 'fast-check';
import { door as identityDoor } from '../../../collect/identity/index.ts';
import { door as streamDoor } from '../../../collect/stream/index.ts';
import { HeldClock } from '../../../kernel/clock.ts';
import { openTestStores } from '../../../kernel/testing/open-test-stores.ts';
import { testForm } from '../../../kernel/testing/test-form.ts';
import { door as auditDoor } from '../../../workspace/audit/index.ts';
import { door as projectsDoor } from '../../../workspace/projects/index.ts';
import { type Past, pasts } from '../agreement.arbitraries.ts';
import { localDay } from '../agreement.oracle.ts';
import { type AnswerTo, answer } from '../answer.ts';
import type { Cell } from '../answers.ts';
import type { Sources } from '../frame.ts';
import { pageOfPeople } from '../people.ts';
import type { Question } from '../questions.ts';

/** `INSIGHTS_WORLDS` and `INSIGHTS_SEED` ask for more histories than a run of the suite has time for. The servers, where a query costs most, see a third. */
const SEED = Number(process.env.INSIGHTS_SEED ?? 20_260_301);

/** A history in the stores: person `n` of it has the number `first + n`. */
export interface World {
  past: Past;
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>>;
  /** The people behind a number, as the history calls them, and the total that the reader is told. */
  peopleBehind(question: Question, cell: Cell): Promise<{ people: number[]; total: number }>;
}

/** How many histories, and questions on each. `created`: when the people of a history were first known. */
interface Amount {
  worlds: number;
  questions: number;
  created?(past: Past): ReadonlyMap<number, number>;
}

/** Stores in which random histories are laid down, each a project of its own. */
export interface Worlds {
  lay(past: Past, created?: ReadonlyMap<number, number>): Promise<World>;
  /** Runs `check` on random histories with some questions each. */
  each<Q>(
    asked: Amount,
    arbitrary: (past: Past) => fc.Arbitrary<Q>,
    check: (world: World, question: Q, pick: number) => Promise<void>,
  ): Promise<void>;
  close(): Promise<void>;
}

/** Opens stores with what reports stand on; questions have no audience here. */
export async function openWorlds(): Promise<Worlds> {
  const clock = new HeldClock(0);
  const stores = await openTestStores({ slices: [auditDoor, projectsDoor, identityDoor, streamDoor], clock });
  const { kernel } = stores;
  const audit = await auditDoor.start({ kernel, config: undefined, uses: {} });
  const { api: projects } = await projectsDoor.start({ kernel, config: undefined, uses: { audit: audit.api } });
  const { api: identity } = await identityDoor.start({ kernel, config: undefined, uses: {} });
  const nobody = () => Promise.reject(new Error('these questions have no audience'));
  const sources: Sources = { clickhouse: kernel.clickhouse, clock, projects, identity, audiences: { compile: nobody, check: nobody } };
  let count = 0;
  const lay: Worlds['lay'] = async (past, created = new Map()) => {
    count += 1;
    const first = count * 10;
    clock.set(past.now);
    const { project } = await projects.create({ name: `World ${count}`, timeZone: past.timeZone });
    await kernel.clickhouse.insert('events', rowsOf(past, { projectId: project.id, first }));
    const people = [...created].map(([person, createdAt]) => ({
      project_id: project.id,
      person_id: first + person,
      traits: {},
      created_at: stamp(createdAt),
      version: 1,
      gone: past.merges.some((merge) => merge.loser === person) ? 1 : 0,
    }));
    if (people.length > 0) await kernel.clickhouse.insert('people', people);
    for (const { loser, winner } of past.merges)
      await kernel.postgres.pool.query('INSERT INTO merges (project_id, loser, winner, merged_at) VALUES ($1, $2, $3, now())', [
        project.id,
        first + loser,
        first + winner,
      ]);
    return {
      past,
      ask: (question) => answer(sources, { projectId: project.id }, question),
      peopleBehind: async (question, cell) => {
        const page = await pageOfPeople(sources, { projectId: project.id, number: { question, asOf: past.now, cell }, limit: 200 });
        return { people: page.items.map((person) => person.personId - first), total: page.total };
      },
    };
  };
  return { lay, each: (asked, arbitrary, check) => runOn(lay, asked, arbitrary, check), close: () => stores.close() };
}

const stamp = (time: number) => new Date(time).toISOString().replace('Z', '');

function rowsOf(past: Past, place: { projectId: number; first: number }) {
  return past.events.map((event, index) => ({
    project_id: place.projectId,
    person_id: place.first + event.person,
    event: event.event,
    time: stamp(event.time),
    day: localDay(event.time, past.timeZone),
    sequence: event.sequence,
    message_id: `${place.first}-${index}`,
    passive: event.passive ? 1 : 0,
    session_id: event.session ?? '',
    properties: event.properties,
    received_at: stamp(event.time),
  }));
}

async function runOn<Q>(
  lay: Worlds['lay'],
  asked: Amount,
  arbitrary: (past: Past) => fc.Arbitrary<Q>,
  check: (world: World, question: Q, pick: number) => Promise<void>,
): Promise<void> {
  const { questions } = asked;
  const cases = pasts.chain((past) =>
    fc.record({ past: fc.constant(past), list: fc.array(fc.tuple(arbitrary(past), fc.nat()), { minLength: questions, maxLength: questions }) }),
  );
  const run = async ({ past, list }: { past: Past; list: [Q, number][] }) => {
    const world = await lay(past, asked.created?.(past));
    for (const [question, pick] of list) await check(world, question, pick);
  };
  const numRuns = Number(process.env.INSIGHTS_WORLDS ?? Math.ceil(asked.worlds / (testForm === 'server' ? 3 : 1)));
  await fc.assert(fc.asyncProperty(cases, run), { numRuns, seed: SEED, endOnFailure: process.env.INSIGHTS_SHRINK !== '1' });
}

/** Numbers in order. */
export const sorted = (people: Iterable<number>) => [...people].sort((one, other) => one - other);
