import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { GraphApi, GroupsApi } from './api.ts';
import type { CanonicalPeople } from './canonical.ts';
import { refuseIdentity } from './contract.ts';
import { joinPeople } from './join.ts';
import type { Parter } from './part.ts';
import { readWinners } from './people.ts';
import type { PeopleCopier } from './people-copier.ts';
import { idConflicts, traitConflicts } from './queries/conflicts.ts';
import { historyOfIds, idsOfPerson, mergesOfPerson } from './queries/graph-of-person.ts';
import { groupsOfPerson, historyOfGroup, listGroups, membersOfGroup, readGroup } from './queries/groups.ts';
import { traitHistory, traitsAt } from './queries/traits-at.ts';
import type { Resolver } from './resolver.ts';
import type { IdRules } from './rules.ts';

interface GraphParts {
  kernel: Kernel;
  canonical: CanonicalPeople;
  resolver: Resolver;
  copier: PeopleCopier;
  rules: IdRules;
  parter: Parter;
}

/** The part of the door that shows and changes how ids hang together. */
export function graphApi({ kernel, canonical, resolver, copier, rules, parter }: GraphParts): GraphApi {
  const { postgres, clickhouse } = kernel;
  const standing = async (projectId: number, personId: number) => {
    const winner = (await readWinners(postgres, projectId, [personId])).get(personId) ?? personId;
    return { personId: winner, numbers: (await canonical.get(projectId)).numbersOf([winner]) };
  };
  return {
    idsOf: (projectId, personId) => idsOfPerson(postgres, projectId, personId),
    mergesOf: (projectId, personId) => mergesOfPerson(postgres, projectId, personId),
    historyOf: async ({ personId, ...asked }) => historyOfIds(postgres, { ...asked, numbers: (await standing(asked.projectId, personId)).numbers }),
    join: (projectId, pair, by) => joinPeople({ kernel, resolver, copier }, projectId, pair, by),
    previewParting: (projectId, parting) => parter.preview(projectId, parting),
    part: (projectId, parting, by) => parter.part(projectId, parting, by),
    rules: (projectId) => rules.ofProject(projectId),
    decideRule: async (projectId, kind, rule, by) => {
      await resolver.exclusively(projectId, async (tx) => {
        if (rule) await rules.decide(projectId, { ...rule, kind }, tx);
        else await rules.forget(projectId, kind, tx);
        await by.audit?.(tx);
      });
      rules.changed(projectId);
    },
    conflicts: (asked) => idConflicts(postgres, asked),
    traitConflicts: (projectId) => traitConflicts(postgres, projectId),
    traitsAt: async (projectId, personId, at) => traitsAt(clickhouse, { projectId, at, ...(await standing(projectId, personId)) }),
    traitHistory: async ({ personId, ...asked }) =>
      traitHistory(clickhouse, { ...asked, numbers: (await standing(asked.projectId, personId)).numbers }),
  };
}

/** The part of the door for groups. */
export function groupsApi(postgres: Postgres): GroupsApi {
  return {
    groups: (asked) => listGroups(postgres, asked),
    group: async (projectId, group) => {
      const [found, history] = await Promise.all([readGroup(postgres, projectId, group), historyOfGroup(postgres, projectId, group)]);
      if (!found) throw refuseIdentity('group_unknown');
      return { ...found, history };
    },
    groupsOf: (projectId, personId) => groupsOfPerson(postgres, projectId, personId),
    groupMembers: (projectId, group) => membersOfGroup(postgres, projectId, group),
  };
}
