import { type QueryExecutorProvider, sql, type Transaction } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';
import { valueText } from './apply-traits.ts';
import { type ExternalId, refuseIdentity } from './contract.ts';
import type { EventMover } from './move-events.ts';
import type { PeopleCopier } from './people-copier.ts';
import { noteChanged, type PersonRow, type TraitChangeRow } from './people-rows.ts';
import { loadPeople } from './queries/load-people.ts';
import type { Resolver } from './resolver.ts';
import { keepPeople, writeHistory } from './write-links.ts';
import { STEPS_MAX, upsertPeople } from './write-plan.ts';

/** What is to be parted: a merge undone by the number that was merged away, or some ids given a person of their own. */
export type Parting = { personId: number; merge: number } | { personId: number; ids: readonly ExternalId[] };

/** Who does it, and what is written in the same transaction. */
export interface ByMember {
  memberId?: string | undefined;
  audit?: ((tx: Transaction<unknown>) => Promise<void>) | undefined;
}

/** What parting two people would do. */
export interface PartingEffect {
  /** The person who keeps the rest. */
  personId: number;
  /** The number that stands up again; absent: a new one. */
  otherId?: number;
  idsGoing: ExternalId[];
  idsStaying: ExternalId[];
  /** Numbers that were merged into the one that goes, and go with it. */
  mergedWith: number[];
  /** Traits that the other has afterwards. */
  traitsGoing: Record<string, unknown>;
  /** Names of traits that the person loses, because they came by the merge and did not change since. */
  traitsLost: string[];
  eventsGoing: number;
  eventsStaying: number;
}

/** Everything that a parting needs to know, as it stands in PostgreSQL. */
interface Parted {
  person: PersonRow;
  other: PersonRow | undefined;
  idsGoing: ExternalId[];
  idsStaying: ExternalId[];
  /** Numbers that go, the other's own included. */
  numbers: number[];
  /** Numbers that stay. */
  sources: number[];
  /** People between the other and the person, the person excluded: what the other gave went through them. */
  chain: number[];
  traitsLost: string[];
}

interface MergeRow {
  loser: number;
  direct_winner: number;
  ids: ExternalId[];
  given_traits: Record<string, unknown>;
}

/** Parts people who were taken for one: undoes merges and gives ids a person of their own. */
export class Parter {
  readonly #kernel: Pick<Kernel, 'postgres' | 'clock'>;
  readonly #resolver: Resolver;
  readonly #copier: PeopleCopier;
  readonly #mover: EventMover;

  constructor(kernel: Pick<Kernel, 'postgres' | 'clock'>, parts: { resolver: Resolver; copier: PeopleCopier; mover: EventMover }) {
    this.#kernel = kernel;
    this.#resolver = parts.resolver;
    this.#copier = parts.copier;
    this.#mover = parts.mover;
  }

  /** Changes nothing. Throws as `part` does. */
  async preview(projectId: number, parting: Parting): Promise<PartingEffect> {
    const parted = await read(projectId, parting, this.#kernel.postgres.as());
    const { eventsGoing, eventsStaying } = await this.#mover.count({ projectId, ids: parted.idsGoing, sources: parted.sources }, parted.numbers);
    return {
      personId: parted.person.person_id,
      ...(parted.other && { otherId: parted.other.person_id }),
      idsGoing: parted.idsGoing,
      idsStaying: parted.idsStaying,
      mergedWith: parted.numbers.filter((number) => number !== parted.other?.person_id),
      traitsGoing: parted.other?.traits ?? {},
      traitsLost: parted.traitsLost,
      eventsGoing,
      eventsStaying,
    };
  }

  /**
   * Durable in both stores when it resolves; gives the number of the other person. Events that came under the parted ids go with them.
   * Throws `identity.person_unknown`, `merge_unknown`, `nothing_to_split`, `nothing_would_stay`, `too_many_events`.
   */
  async part(projectId: number, parting: Parting, by: ByMember): Promise<number> {
    const { eventsGoing } = await this.preview(projectId, parting);
    this.#mover.check(eventsGoing);
    const now = this.#kernel.clock.now();
    const done = await this.#resolver.exclusively(projectId, async (tx) => {
      const parted = await read(projectId, parting, tx);
      const otherId = parted.other?.person_id ?? (await this.#resolver.freshNumber(tx));
      await writeParting(projectId, { parted, otherId, now, isUndo: 'merge' in parting, memberId: by.memberId }, tx);
      const { rows, history } = await writeBoth(parted, otherId, now, tx);
      await this.#mover.plan({ projectId, target: otherId, sources: parted.sources, ids: parted.idsGoing, at: now }, tx);
      await by.audit?.(tx);
      return { otherId, changed: await noteChanged({ rows, history }, now, tx) };
    });
    this.#resolver.forget(projectId);
    await this.#copier.copy(done.changed);
    await this.#copier.confirm();
    await this.#mover.moveAll();
    return done.otherId;
  }
}

async function read(projectId: number, parting: Parting, db: QueryExecutorProvider): Promise<Parted> {
  const { rows: winners } = await sql<{
    winner: number;
  }>`SELECT winner FROM merges WHERE project_id = ${projectId} AND loser = ${parting.personId}`.execute(db);
  const personId = winners[0]?.winner ?? parting.personId;
  const [person] = await loadPeople([personId], db);
  if (person?.project_id !== projectId) throw refuseIdentity('person_unknown');
  const { rows: merges } = await sql<MergeRow>`
    SELECT loser, direct_winner, ids, given_traits FROM merges WHERE project_id = ${projectId} AND winner = ${personId}
  `.execute(db);
  const { rows: ids } =
    await sql<ExternalId>`SELECT kind, value FROM identities WHERE project_id = ${projectId} AND person_id = ${personId} ORDER BY kind, value`.execute(
      db,
    );
  const merge = 'merge' in parting ? merges.find((each) => each.loser === parting.merge) : undefined;
  if ('merge' in parting && !merge) throw refuseIdentity('merge_unknown');
  const going = new Set(('ids' in parting ? parting.ids : (merge?.ids ?? [])).map(keyOf));
  const idsGoing = ids.filter((id) => going.has(keyOf(id)));
  const idsStaying = ids.filter((id) => !going.has(keyOf(id)));
  if ('ids' in parting && idsGoing.length === 0) throw refuseIdentity('nothing_to_split');
  if ('ids' in parting && idsStaying.length === 0) throw refuseIdentity('nothing_would_stay');
  const numbers = merge ? withMerged(merge.loser, merges) : [];
  const chain = merge ? chainOf(merge, merges) : [];
  const [other] = merge ? await loadPeople([merge.loser], db) : [];
  return {
    person,
    other,
    idsGoing,
    idsStaying,
    numbers,
    sources: [personId, ...merges.map((each) => each.loser)].filter((number) => !numbers.includes(number)),
    chain: chain.map((each) => each.loser),
    traitsLost: Object.entries(merge?.given_traits ?? {})
      .filter(([name, value]) => chain.every((each) => Object.hasOwn(each.given_traits, name)) && isSame(person.traits[name], value))
      .map(([name]) => name),
  };
}

const keyOf = (id: ExternalId): string => `${id.kind}\n${id.value}`;
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A number and everybody who was merged into it before. */
function withMerged(loser: number, merges: readonly MergeRow[]): number[] {
  const numbers = [loser];
  for (const number of numbers)
    for (const each of merges) if (each.direct_winner === number && !numbers.includes(each.loser)) numbers.push(each.loser);
  return numbers;
}

/** The merges by which this one's person came to the winner, after this one. */
function chainOf(merge: MergeRow, merges: readonly MergeRow[]): MergeRow[] {
  const chain: MergeRow[] = [];
  for (let next = merges.find((each) => each.loser === merge.direct_winner); next && !chain.includes(next); ) {
    chain.push(next);
    const above: number = next.direct_winner;
    next = merges.find((each) => each.loser === above);
  }
  return chain;
}

interface PartingWrite {
  parted: Parted;
  otherId: number;
  now: number;
  isUndo: boolean;
  memberId: string | undefined;
}

/** Ids and merges, with what tells other processes and what stays in the history. */
async function writeParting(projectId: number, { parted, otherId, now, isUndo, memberId }: PartingWrite, tx: QueryExecutorProvider): Promise<void> {
  const { idsGoing, numbers, person } = parted;
  await keepPeople([person.person_id], tx);
  const list = sql`unnest(${idsGoing.map((id) => id.kind)}::text[], ${idsGoing.map((id) => id.value)}::text[]) AS going (kind, value)`;
  await sql`UPDATE identities SET person_id = ${otherId} FROM ${list}
    WHERE identities.project_id = ${projectId} AND identities.kind = going.kind AND identities.value = going.value`.execute(tx);
  await sql`INSERT INTO identity_changes (project_id, kind, anonymous_id, person_id, changed_at) SELECT ${projectId}::int, kind, value, ${otherId}::bigint, now() FROM ${list}`.execute(
    tx,
  );
  if (isUndo) {
    await sql`DELETE FROM merges WHERE project_id = ${projectId} AND loser = ${otherId}`.execute(tx);
    await sql`UPDATE merges SET winner = ${otherId} WHERE project_id = ${projectId} AND loser = ANY(${numbers}::bigint[])`.execute(tx);
  }
  await sql`INSERT INTO identity_changes (project_id, loser, is_undone, changed_at) VALUES (${projectId}, ${isUndo ? otherId : null}::bigint, true, now())`.execute(
    tx,
  );
  // Its daily sets take both for one: they are not read again until they are made anew.
  await sql`UPDATE settled_merges SET days_until = NULL WHERE project_id = ${projectId}`.execute(tx);
  const details = { ids: idsGoing, ...(numbers.length > 1 && { numbers }), ...(parted.traitsLost.length > 0 && { traitsLost: parted.traitsLost }) };
  await writeHistory([{ projectId, personId: person.person_id, otherId, action: isUndo ? 'merge_undone' : 'split', at: now, memberId, details }], tx);
}

/** The rows of both people after the parting, with the traits that changed. */
async function writeBoth(
  parted: Parted,
  otherId: number,
  now: number,
  tx: QueryExecutorProvider,
): Promise<{ rows: PersonRow[]; history: TraitChangeRow[] }> {
  const { person, other, traitsLost, chain } = parted;
  const lost = new Set(traitsLost);
  const left = Object.fromEntries(Object.entries(person.traits).filter(([name]) => !lost.has(name)));
  const after: PersonRow = { ...person, traits: left, version: person.version + 1 };
  const { rows: since } = await sql<{ since: Date | null }>`SELECT min(linked_at) AS since FROM identities WHERE person_id = ${otherId}`.execute(tx);
  // Twice the step: of a person without a row only this process knew that the merge had counted.
  const stood: PersonRow = {
    ...(other ?? { project_id: person.project_id, person_id: otherId, traits: {}, created_at: since[0]?.since?.getTime() ?? now, version: 0 }),
    version: (other?.version ?? 0) + 2,
    gone: 0,
  };
  await upsertPeople([after, stood], tx);
  if (chain.length > 0 && lost.size > 0)
    await sql`UPDATE people SET traits = traits - ${traitsLost}::text[] WHERE person_id = ANY(${chain}::bigint[])`.execute(tx);
  const line = (row: PersonRow, trait: string, value: string, step: number): TraitChangeRow => ({
    project_id: row.project_id,
    person_id: row.person_id,
    trait,
    value,
    at: now,
    version: row.version * STEPS_MAX + step,
  });
  return {
    rows: [after, stood],
    history: [
      ...traitsLost.map((trait, step) => line(after, trait, '', step)),
      ...Object.entries(stood.traits).map(([trait, value], step) => line(stood, trait, valueText(value), step)),
    ],
  };
}
