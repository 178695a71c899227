import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartRefused } from '../boot/start-refused.ts';

/** Holds a data folder for this process until it is released or the process ends, however it ends. */
export interface DataFolderLock {
  release(): Promise<void>;
}

/** What nobody refers to is closed with the next garbage collection, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Takes the data folder for this process; throws `StartRefused`, which names the folder and the owner's pid when another process has it.
 * PGlite and chDB take no lock of their own: two processes on one folder silently destroy each other's rows.
 * It is a lock of the operating system (SQLite's, on `lock.db`), so it can neither go stale after a kill nor be fooled by pids of another container.
 */
export function lockDataFolder(folder: string): DataFolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, 'lock.pid');
  const lock = new DatabaseSync(join(folder, 'lock.db'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new StartRefused(
      `The data folder ${folder} is in use by process ${ownerPid(pidFile)}. Stop it first, or set PERENNIAL_DATA to another folder.`,
      {
        cause: error,
      },
    );
  }
  held.add(lock);
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    release: async () => {
      held.delete(lock);
      lock.close();
    },
  };
}

function ownerPid(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim();
  } catch {
    return '(not yet written)';
  }
}
