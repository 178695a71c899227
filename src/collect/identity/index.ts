import { sql } from 'kysely';
import { defineSlice, type Kernel, type Service } from '../../kernel/slice.ts';
import type { IdentityApi } from './api.ts';
import { CanonicalPeople } from './canonical.ts';
import { refuseIdentity } from './contract.ts';
import { describeGroups } from './describe-groups.ts';
import { countPeopleRows, erasePeople, numbersOfPerson } from './erase-people.ts';
import { graphApi, groupsApi } from './graph-api.ts';
import { EventMover } from './move-events.ts';
import { Parter } from './part.ts';
import { changeTraits, readHolders, readPeople, readWinners } from './people.ts';
import { PeopleCopier } from './people-copier.ts';
import { Resolver } from './resolver.ts';
import { IdRules } from './rules.ts';
import { Settler } from './settle.ts';

export type { IdentityApi } from './api.ts';
export type { Canonical } from './canonical.ts';
export type { IdentityClaim } from './plan.ts';
export type { Resolution } from './resolver.ts';

/** How often a process looks for people whom a crash left uncopied. */
const COPY_INTERVAL_MS = 60_000;

/** The door of identity: external ids -> people. */
export const door = defineSlice({
  name: 'identity',
  folder: import.meta.dirname,
  uses: [],
  errors: [refuseIdentity],
  start({ kernel }): { api: IdentityApi; services: Service[] } {
    const copier = new PeopleCopier(kernel);
    const canonical = new CanonicalPeople(kernel);
    const rules = new IdRules(kernel);
    const resolver = new Resolver({ ...kernel, copier, canonical, rules });
    const settler = new Settler(kernel, { canonical, resolver });
    const mover = new EventMover(kernel);
    const graph = graphApi({ kernel, canonical, resolver, copier, rules, parter: new Parter(kernel, { resolver, copier, mover }) });
    const api: IdentityApi = {
      ...graph,
      ...groupsApi(kernel.postgres),
      canonical: (projectId) => canonical.get(projectId),
      personOf: (projectId, kind, value) => resolver.personOf(projectId, kind, value),
      holders: (projectId, value) => readHolders(kernel.postgres, projectId, value),
      person: async (projectId, personId) => (await readPeople(kernel.postgres, projectId, [personId])).get(personId),
      people: (projectId, personIds) => readPeople(kernel.postgres, projectId, personIds),
      setTraits: (projectId, personId, traits) => changeTraits({ resolver, copier, now: () => kernel.clock.now() }, { projectId, personId, traits }),
      erase: (projectId, personIds) => erasePeople({ resolver, now: () => kernel.clock.now() }, projectId, personIds),
      numbersOf: (projectId, personId) => numbersOfPerson(kernel.postgres, projectId, personId),
      countRows: (projectId, personIds) => countPeopleRows(kernel.postgres.as(), projectId, personIds),
      describeGroups: (projectId, said) => describeGroups(kernel.postgres, projectId, said),
      resolve: (claims) => resolver.resolve(claims),
      copy: (people) => copier.copy(people),
      settle: (projectId) => settler.settle(projectId, 0),
      bringDaysOn: (projectId) => settler.bringDaysOn(projectId),
      whileDaysRest: (projectId, work) => settler.whileDaysRest(projectId, work),
      winners: (projectId, personIds) => readWinners(kernel.postgres, projectId, personIds),
    };
    let timer: NodeJS.Timeout | undefined;
    const copyRest = (): void => {
      copier.copyRest().catch((error: unknown) => kernel.log.warn({ error: String(error) }, 'people could not be copied to the stream store'));
    };
    const service: Service = {
      name: 'identity copier',
      roles: ['collect', 'web', 'worker'],
      start: async () => {
        const count = await copier.copyRest(0);
        if (count > 0) kernel.log.info({ count }, 'people copied whom the last stop left behind');
        timer = setInterval(copyRest, COPY_INTERVAL_MS);
      },
      stop: async () => {
        clearInterval(timer);
        await copier.confirm();
      },
    };
    return { api, services: [service, settling(kernel, settler, mover)] };
  },
});

/** How often the worker looks for events to move and merges to settle, and forgets changes that every process has seen. */
const SETTLE_INTERVAL_MS = 30_000;
const CHANGES_KEPT_HOURS = 24;

function settling(kernel: Kernel, settler: Settler, mover: EventMover): Service {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const look = async (): Promise<void> => {
    await mover.moveAll();
    await settler.settleAll();
    await sql`DELETE FROM identity_changes WHERE changed_at < now() - make_interval(hours => ${CHANGES_KEPT_HOURS})`.execute(kernel.postgres.as());
  };
  return {
    name: 'identity settler',
    roles: ['worker'],
    start: async () => {
      timer = setInterval(() => {
        running = running.then(look).catch((error: unknown) => kernel.log.warn({ error: String(error) }, 'merges could not be settled'));
      }, SETTLE_INTERVAL_MS);
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
