import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { writeParquet } from '../../../kernel/parquet/parquet.ts';
import { eventsByDay } from '../reading/events.ts';
import { eventLine, eventStructure, personLine, personStructure } from '../reading/parquet-columns.ts';
import { everybody } from '../reading/people.ts';
import type { ExportTables, StoredFile, StoreSettings } from '../tables.ts';
import { type Delivery, nextArrival } from './delivery.ts';
import { ObjectStore } from './store.ts';

const ROWS_PER_FILE = 500_000;
const MINUTE_MS = 60_000;

/**
 * Writes the next stretch of time that is over as Parquet files, one or more for each day on which its events happened, and last its manifest. Names
 * are made of the stretch, so that doing it again replaces the same files. Gives whether there may be more at once.
 */
export async function deliverToStore(delivery: Delivery, signal: AbortSignal): Promise<boolean> {
  const { row, parts } = delivery;
  if (row.content.includes('people')) await snapshotPeople(delivery, signal);
  const settled = delivery.now - parts.limits.storeMarginMs;
  const stepMs = (row.settings as StoreSettings).everyMinutes * MINUTE_MS;
  const from = row.window_from.getTime();
  const end = Math.floor(from / stepMs) * stepMs + stepMs;
  if (end > settled) return false;
  const next = row.content.includes('events') ? await nextArrival(parts, row, from) : undefined;
  const lastEnd = Math.floor(settled / stepMs) * stepMs;
  const start = Math.min(next === undefined ? lastEnd : Math.floor(next / stepMs) * stepMs, lastEnd);
  if (start >= end) {
    // Nothing arrived in between.
    await delivery.save({ window_from: new Date(start), cursor_at: new Date(start) });
    return start < lastEnd;
  }
  const rows = await writeWindow(delivery, { from, until: end }, signal);
  await delivery.save({
    window_from: new Date(end),
    cursor_at: new Date(end),
    delivered_events: delivery.row.delivered_events + rows,
    delivered_at: new Date(delivery.now),
  });
  return end + stepMs <= settled;
}

/** Writes the files of one stretch and its manifest, removes what an earlier set had more, and remembers it. */
export async function writeWindow(
  delivery: Delivery,
  window: { from: number; until: number; isVerified?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const { row, parts } = delivery;
  const canonical = await parts.identity.canonical(row.project_id);
  const chunks = eventsByDay(parts.kernel.clickhouse, canonical, { projectId: row.project_id, events: row.event_names, ...window });
  return withStore(delivery, async (store, folder) => {
    const { prefix } = row.settings as StoreSettings;
    const name = `${stamp(window.from)}-${stamp(window.until)}`;
    const writer = new PartWriter({
      store,
      folder,
      structure: eventStructure,
      keyOf: (day, part) => keyIn(prefix, `events/day=${day}/${name}-${part}.parquet`),
      keepLease: () => delivery.save({}),
    });
    for await (const events of chunks) {
      signal.throwIfAborted();
      for (const event of events) await writer.add(event.day, eventLine(event));
    }
    const files = await writer.end();
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    if (rows === 0) return 0;
    const { from, until } = { from: new Date(window.from).toISOString(), until: new Date(window.until).toISOString() };
    await store.putText(
      keyIn(prefix, `manifests/events/${name}.json`),
      JSON.stringify({ project: row.project_id, receivedFrom: from, receivedUntil: until, rows, files }, undefined, 2),
    );
    for (const key of await leftover(delivery, window.from, files)) await store.remove(key);
    await delivery.noteWindow({ ...window, rows, files });
    return rows;
  });
}

/** Files of an earlier set of this stretch that the new one does not have (its people were erased). */
async function leftover(delivery: Delivery, from: number, files: readonly StoredFile[]): Promise<string[]> {
  const before = await delivery.parts.kernel.postgres
    .as<ExportTables>()
    .selectFrom('export_windows')
    .select('files')
    .where('destination_id', '=', delivery.row.id)
    .where('window_from', '=', new Date(from))
    .executeTakeFirst();
  const kept = new Set(files.map((file) => file.key));
  return (before?.files ?? []).map((file) => file.key).filter((key) => !kept.has(key));
}

/** Once a day (UTC) everybody as they stand: `people/day=…`. */
async function snapshotPeople(delivery: Delivery, signal: AbortSignal): Promise<void> {
  const { row, parts } = delivery;
  const day = new Date(delivery.now).toISOString().slice(0, 10);
  if (row.people_day === day) return;
  const { prefix } = row.settings as StoreSettings;
  const rows = await withStore(delivery, async (store, folder) => {
    const keyOf = (_day: string, part: string): string => keyIn(prefix, `people/day=${day}/part-${part}.parquet`);
    const writer = new PartWriter({ store, folder, structure: personStructure, keyOf, keepLease: () => delivery.save({}) });
    for await (const people of everybody({ clickhouse: parts.kernel.clickhouse, identity: parts.identity }, row.project_id)) {
      signal.throwIfAborted();
      for (const person of people) await writer.add(day, personLine(person));
    }
    const files = await writer.end();
    const count = files.reduce((sum, file) => sum + file.rows, 0);
    await store.putText(
      keyIn(prefix, `manifests/people/${day}.json`),
      JSON.stringify({ project: row.project_id, day, rows: count, files }, undefined, 2),
    );
    return count;
  });
  await delivery.save({ people_day: day, delivered_people: delivery.row.delivered_people + rows, delivered_at: new Date(delivery.now) });
}

async function withStore<T>(delivery: Delivery, work: (store: ObjectStore, folder: string) => Promise<T>): Promise<T> {
  const { kernel, allowsPrivate } = delivery.parts;
  const root = join(kernel.dataFolder, 'exports');
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(root, 'window-'));
  const store = new ObjectStore(delivery.row.settings as StoreSettings, delivery.secret, allowsPrivate);
  try {
    return await work(store, folder);
  } finally {
    store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface PartWriterOptions {
  store: ObjectStore;
  folder: string;
  structure: string;
  keyOf(day: string, part: string): string;
  keepLease(): Promise<void>;
}

/** Cuts rows that come ordered by day into files, makes each a Parquet file and uploads it. */
class PartWriter {
  readonly #options: PartWriterOptions;
  readonly #files: StoredFile[] = [];
  #open: { day: string; part: number; rows: number; path: string; stream: WriteStream } | undefined;

  constructor(options: PartWriterOptions) {
    this.#options = options;
  }

  async add(day: string, line: string): Promise<void> {
    const open = this.#open;
    if (open && (open.day !== day || open.rows >= ROWS_PER_FILE)) {
      await this.#close(open);
      this.#open = undefined;
    }
    this.#open ??= this.#begin(day, open?.day === day ? open.part + 1 : 1);
    this.#open.rows += 1;
    if (!this.#open.stream.write(line)) await once(this.#open.stream, 'drain');
  }

  async end(): Promise<StoredFile[]> {
    if (this.#open) await this.#close(this.#open);
    this.#open = undefined;
    return this.#files;
  }

  #begin(day: string, part: number) {
    const path = join(this.#options.folder, `${day}-${part}.jsonl`);
    return { day, part, rows: 0, path, stream: createWriteStream(path) };
  }

  async #close({ day, part, rows, path, stream }: { day: string; part: number; rows: number; path: string; stream: WriteStream }): Promise<void> {
    stream.end();
    await finished(stream);
    const made = `${path}.parquet`;
    await writeParquet(path, made, this.#options.structure);
    await this.#options.keepLease();
    const key = this.#options.keyOf(day, String(part).padStart(4, '0'));
    this.#files.push({ key, rows, bytes: await this.#options.store.putFile(key, made) });
    await this.#options.keepLease();
    await Promise.all([rm(path), rm(made)]);
  }
}

const keyIn = (prefix: string, path: string): string => [prefix.replace(/^\/+|\/+$/g, ''), path].filter(Boolean).join('/');
const stamp = (instant: number): string => new Date(instant).toISOString().replace(/[-:]/g, '').replace(/\.000/, '');
