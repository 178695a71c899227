import { constants, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Keep it the version of @electric-sql/pglite: a template of another one is not used. */
const PGLITE_VERSION = '0.5.14';
const TEMPLATE_FOLDER = join(import.meta.dirname, `../../../node_modules/.cache/perennial/pglite-${PGLITE_VERSION}`);

/** Makes PGlite's files in an empty folder (initdb: 3-6 s) and closes them again. */
type MakeFolder = (folder: string) => Promise<void>;

/**
 * Sees to it that `folder` holds a database. A new one is copied from a template, which the installation prepares and which is otherwise made
 * on the way. It appears whole or not at all, so a process that is killed during its first start leaves nothing half made.
 */
export async function prepareFolder(folder: string, make: MakeFolder): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  if (await prepareTemplate(make)) cpSync(TEMPLATE_FOLDER, making, { recursive: true, mode: constants.COPYFILE_FICLONE });
  else await make(making);
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
}

/** Makes the template unless it is there. False when the place for it cannot be written. */
export async function prepareTemplate(make: MakeFolder): Promise<boolean> {
  if (existsSync(TEMPLATE_FOLDER)) return true;
  const making = `${TEMPLATE_FOLDER}.${process.pid}`;
  try {
    mkdirSync(dirname(TEMPLATE_FOLDER), { recursive: true });
  } catch {
    return false;
  }
  await make(making);
  try {
    renameSync(making, TEMPLATE_FOLDER);
  } catch {
    // Another process was faster; its template is as good.
    rmSync(making, { recursive: true, force: true });
  }
  return existsSync(TEMPLATE_FOLDER);
}
