import type { Clock } from '../../kernel/clock.ts';
import type { IdentityApi } from '../identity/index.ts';
import type { StreamApi } from '../stream/index.ts';
import type { Eraser, ErasureScope } from './api.ts';
import type { Held } from './contract.ts';
import type { PersonTables } from './person-tables.ts';

export interface EraseParts {
  identity: Pick<IdentityApi, 'erase' | 'countRows'>;
  stream: Pick<StreamApi, 'settled' | 'takeOutOfDays' | 'countInDays'>;
  tables: PersonTables;
  erasers: readonly Eraser[];
  clock: Clock;
  /** How long other processes may still believe in ids that are gone; 0 when there are none. */
  cacheAgeMs: number;
}

/** Times that everything is gone through until nothing is left. */
const PASSES_MAX = 6;
const PAUSE_MS = 500;

/** Everything that is held about the person, by table; tables without a row about them are told too. */
export async function countHeld(scope: ErasureScope, parts: EraseParts): Promise<Held[]> {
  const identity = await parts.identity.countRows(scope.projectId, scope.numbers);
  const held: Held[] = Object.entries(identity).map(([table, rows]) => ({ store: 'postgres', table, rows }));
  held.push(...(await parts.tables.count(scope)));
  held.push({ store: 'clickhouse', table: 'event_days', rows: await parts.stream.countInDays(scope.projectId, scope.numbers) });
  for (const eraser of parts.erasers) held.push(...(await eraser.count(scope)));
  return held;
}

/**
 * Erases a person. Their ids go first, so that nothing new is written under their numbers; what is under way then is waited for; then both stores are
 * emptied until nothing is found any more. Broken off, it is simply done again. Gives the number of passes; throws when rows keep coming.
 */
export async function eraseEverywhere(scope: ErasureScope, parts: EraseParts, signal: AbortSignal): Promise<number> {
  const { projectId, numbers } = scope;
  await parts.identity.erase(projectId, numbers);
  for (let pass = 1; ; pass += 1) {
    signal.throwIfAborted();
    for (const eraser of parts.erasers) await eraser.erase(scope);
    await parts.tables.eraseState(scope);
    if (pass === 1) await pause(parts.cacheAgeMs);
    await parts.stream.settled();
    // A group that was under way may have brought a person back who was just erased.
    await parts.identity.erase(projectId, numbers);
    await parts.tables.eraseStream(scope);
    await parts.stream.takeOutOfDays(projectId, numbers);
    const left = (await countHeld(scope, parts)).filter((held) => held.rows > 0);
    if (left.length === 0) return pass;
    if (pass === PASSES_MAX) throw new Error(`Rows about the person keep coming: ${left.map((held) => `${held.table} ${held.rows}`).join(', ')}`);
    await pause(PAUSE_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
