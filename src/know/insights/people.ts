import type { PersonBrief } from '../audiences/contract.ts';
import { briefOf } from '../audiences/index.ts';
import { peopleBehind } from './answer.ts';
import type { NumberOfAnswer } from './contract.ts';
import { type Frame, openFrame, type Sources } from './frame.ts';

/** Opens the frame of an answer that was given before, at its own instant. */
export function frameOfNumber(sources: Sources, projectId: number, number: NumberOfAnswer, signal?: AbortSignal): Promise<Frame> {
  return openFrame(sources, { projectId, asOf: number.asOf, ...(signal && { signal }) }, number.question.audience);
}

/** One page of the people behind a number, by person number, and how many there are. */
export async function pageOfPeople(
  sources: Sources,
  asked: { projectId: number; number: NumberOfAnswer; limit: number; cursor?: string; signal?: AbortSignal },
): Promise<{ items: PersonBrief[]; total: number; nextCursor?: string }> {
  const frame = await frameOfNumber(sources, asked.projectId, asked.number, asked.signal);
  const people = await peopleBehind(frame, asked.number.question, asked.number.cell);
  const after = Number(asked.cursor ?? 0);
  const [row] = await frame.rows<{ total: number; page: number[] }>({
    sql: `SELECT toFloat64(count()) AS total, groupArraySortedIf({pageMax:UInt64})(person, person > {after:UInt64}) AS page FROM (${people.sql})`.replace(
      '{pageMax:UInt64}',
      String(asked.limit + 1),
    ),
    parameters: { ...people.parameters, after },
  });
  const page = row?.page ?? [];
  const shown = page.slice(0, asked.limit);
  const last = shown.at(-1);
  return {
    items: await namePeople(sources, asked.projectId, shown),
    total: row?.total ?? 0,
    ...(page.length > asked.limit && last !== undefined && { nextCursor: String(last) }),
  };
}

/** All people behind a number, or undefined when there are more than `max`. */
export async function allPeople(frame: Frame, number: NumberOfAnswer, max: number): Promise<number[] | undefined> {
  const people = await peopleBehind(frame, number.question, number.cell);
  const rows = await frame.rows<{ person: number }>({
    sql: `SELECT person FROM (${people.sql}) ORDER BY person LIMIT {max:UInt64}`,
    parameters: { ...people.parameters, max: max + 1 },
  });
  return rows.length > max ? undefined : rows.map((row) => row.person);
}

async function namePeople(sources: Sources, projectId: number, personIds: readonly number[]): Promise<PersonBrief[]> {
  const records = await sources.identity.people(projectId, personIds);
  return personIds.map((personId) => briefOf(personId, records.get(personId) ?? { traits: {}, externalIds: [] }));
}
