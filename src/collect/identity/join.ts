import type { Kernel } from '../../kernel/slice.ts';
import { refuseIdentity } from './contract.ts';
import type { ByMember } from './part.ts';
import { nothingKnown, readWinners } from './people.ts';
import type { PeopleCopier } from './people-copier.ts';
import { IdentityPlan } from './plan.ts';
import { loadPeople } from './queries/load-people.ts';
import type { Resolver } from './resolver.ts';
import { writePlan } from './write-plan.ts';

/** Joins two people because a member says so, whether they are signed in or not. Throws `identity.person_unknown`, `identity.same_person`. */
export async function joinPeople(
  parts: { kernel: Pick<Kernel, 'postgres' | 'clock'>; resolver: Resolver; copier: PeopleCopier },
  projectId: number,
  pair: { loser: number; winner: number },
  by: ByMember,
): Promise<void> {
  const winners = await readWinners(parts.kernel.postgres, projectId, [pair.loser, pair.winner]);
  const loser = winners.get(pair.loser) ?? pair.loser;
  const winner = winners.get(pair.winner) ?? pair.winner;
  if (loser === winner) throw refuseIdentity('same_person');
  const now = parts.kernel.clock.now();
  const changed = await parts.resolver.exclusively(projectId, async (tx) => {
    const people = await loadPeople([loser, winner], tx);
    if (people.length < 2 || people.some((person) => person.project_id !== projectId || person.gone === 1)) throw refuseIdentity('person_unknown');
    const plan = new IdentityPlan(nothingKnown);
    plan.joinPeople({ projectId, loser, winner, at: now, memberId: by.memberId });
    await by.audit?.(tx);
    return writePlan(plan, now, tx);
  });
  parts.resolver.forget(projectId);
  await parts.copier.copy(changed);
  await parts.copier.confirm();
}
