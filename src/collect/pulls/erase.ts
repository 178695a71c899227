import type { Kernel } from '../../kernel/slice.ts';
import type { Row } from '../imports/index.ts';
import { type Eraser, type ErasureScope, refusalsOf } from '../retention/index.ts';
import { hashOf, keysOf } from './row-hash.ts';
import type { PullTables } from './tables.ts';

/** Rows that could be a person's are tried up to this many; beyond it a pull forgets what it was told of everybody, and tells it again. */
const TRIED_MAX = 20_000;

/** What pulls keep about an erased person: refusals that name them, and what their row said the last time. */
export function eraserOf({ postgres }: Pick<Kernel, 'postgres'>): Eraser {
  const refusals = refusalsOf(postgres, 'pull_runs');
  const db = postgres.as<PullTables>();
  return {
    name: 'pulls',
    async count(scope) {
      let rows = 0;
      for (const { pullId, persons } of await remembered(scope)) {
        const { count } = await db
          .selectFrom('pull_people')
          .select((is) => is.fn.countAll<number>().as('count'))
          .where('pull_id', '=', pullId)
          .$if(persons !== undefined, (query) => query.where('person', 'in', persons ?? []))
          .executeTakeFirstOrThrow();
        rows += Number(count);
      }
      return [
        { store: 'postgres', table: 'pull_runs', rows: await refusals.count(scope) },
        { store: 'postgres', table: 'pull_people', rows },
      ];
    },
    async erase(scope) {
      await refusals.erase(scope);
      for (const { pullId, persons } of await remembered(scope))
        await db
          .deleteFrom('pull_people')
          .where('pull_id', '=', pullId)
          .$if(persons !== undefined, (query) => query.where('person', 'in', persons ?? []))
          .execute();
    },
  };

  async function remembered({ projectId, texts }: ErasureScope): Promise<{ pullId: string; persons: string[] | undefined }[]> {
    if (texts.length === 0) return [];
    const pulls = await db.selectFrom('pulls').select(['id', 'mapping']).where('project_id', '=', projectId).execute();
    return pulls
      .filter(({ mapping }) => mapping.content === 'people')
      .map(({ id, mapping }) => ({ pullId: id, persons: hashesOf(keysOf(mapping), texts) }));
  }
}

/** Every way in which a row's columns of ids could name the person; undefined: too many. */
function hashesOf(keys: readonly string[], texts: readonly string[]): string[] | undefined {
  const values = [null, ...texts.flatMap((text) => (String(Number(text)) === text ? [text, Number(text)] : [text]))];
  if (values.length ** keys.length > TRIED_MAX) return undefined;
  let rows: Row[] = [{}];
  for (const key of keys) rows = rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value }) as Row));
  return rows.filter((row) => Object.values(row).some((value) => value !== null)).map(hashOf);
}
