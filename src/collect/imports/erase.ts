import { createReadStream } from 'node:fs';
import type { Kernel } from '../../kernel/slice.ts';
import { type Eraser, type ErasureScope, patternOf, refusalsOf } from '../retention/index.ts';
import type { FileStore } from './files/file-store.ts';
import type { ImportTables } from './tables.ts';

/** Read beyond each part's end, so that no text is cut in two. */
const OVERLAP = 1_024;

/** Refusals of imports that name an erased person go one by one, files of refused rows as a whole; files that were sent go by themselves. */
export function eraserOf({ postgres }: Pick<Kernel, 'postgres'>, store: FileStore, keepDays: number): Eraser {
  const refusals = refusalsOf(postgres, 'imports');
  return {
    name: 'imports',
    files: { place: 'imports.files', days: keepDays },
    async count(scope) {
      const files = await badFilesNaming(scope);
      return [
        { store: 'postgres', table: 'imports', rows: await refusals.count(scope) },
        { store: 'postgres', table: 'imports.bad_rows', rows: files.length },
      ];
    },
    async erase(scope) {
      await refusals.erase(scope);
      for (const importId of await badFilesNaming(scope)) await store.removeBadRows(importId);
    },
  };

  async function badFilesNaming({ projectId, texts }: ErasureScope): Promise<string[]> {
    const pattern = patternOf(texts);
    if (pattern === undefined) return [];
    const rows = await postgres.as<ImportTables>().selectFrom('imports').select('id').where('project_id', '=', projectId).execute();
    const kept = await store.withBadRows(rows.map(({ id }) => id));
    const found: string[] = [];
    for (const { importId, path } of kept) if (await isIn(path, new RegExp(pattern, 'i'))) found.push(importId);
    return found;
  }
}

async function isIn(path: string, pattern: RegExp): Promise<boolean> {
  let before = '';
  try {
    for await (const part of createReadStream(path, { encoding: 'utf8', highWaterMark: 1_048_576 }) as AsyncIterable<string>) {
      if (pattern.test(before + part)) return true;
      before = (before + part).slice(-OVERLAP);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return false;
}
