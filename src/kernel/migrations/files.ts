import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A slice as the migrations see it. */
export interface MigratedSlice {
  name: string;
  folder: string;
}

/** Which store a file changes. */
export type StoreKind = 'pg' | 'ch';

export interface MigrationFile {
  slice: string;
  store: StoreKind;
  /** `0001-people.sql` */
  name: string;
  text: string;
  checksum: string;
}

/** The files of `<folder>/migrations/<store>`, in order of their numbers. Throws when a name is not `NNNN-name.sql` or two have one number. */
export function readMigrationFiles(slice: MigratedSlice, store: StoreKind): MigrationFile[] {
  const folder = join(slice.folder, 'migrations', store);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
  const numbers = new Set<string>();
  for (const name of names) {
    const number = /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1];
    if (number === undefined) throw new Error(`Migration ${slice.name}/${store}/${name}: the name must be NNNN-what-it-does.sql`);
    if (numbers.has(number)) throw new Error(`Migration ${slice.name}/${store}/${name}: the number ${number} is taken`);
    numbers.add(number);
  }
  return names.map((name) => {
    const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
    return { slice: slice.name, store, name, text, checksum: createHash('sha256').update(text).digest('hex') };
  });
}
