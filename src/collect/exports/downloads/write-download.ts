import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { jsonText } from '../../../kernel/json-text.ts';
import { writeParquet } from '../../../kernel/parquet/parquet.ts';
import type { ExportedEvent } from '../reading/events.ts';
import { eventLine, eventStructure, personLine, personStructure } from '../reading/parquet-columns.ts';
import type { ExportedPerson } from '../reading/people.ts';

export type Format = 'csv' | 'jsonl' | 'parquet';

/** What is written: events or people, in chunks. */
export type Content = { kind: 'events'; chunks: AsyncIterable<ExportedEvent[]> } | { kind: 'people'; chunks: AsyncIterable<ExportedPerson[]> };

const eventHeading = [
  'message_id',
  'event',
  'time',
  'received_at',
  'day',
  'person_id',
  'user_id',
  'anonymous_id',
  'session_id',
  'source',
  'passive',
  'properties',
  'context',
];
const personHeading = ['person_id', 'user_ids', 'anonymous_ids', 'other_ids', 'created_at', 'traits'];

/** Writes a file at `path`, whole or not at all; gives its size. `onRows` hears how many rows were written, and may throw to end it. */
export async function writeDownload(
  content: Content,
  { path, format, onRows }: { path: string; format: Format; onRows(rows: number): Promise<void> },
): Promise<number> {
  const making = `${path}.making`;
  const rowsFile = format === 'parquet' ? `${path}.rows` : making;
  try {
    await writeRows(content, { path: rowsFile, format, onRows });
    if (format === 'parquet') await writeParquet(rowsFile, making, content.kind === 'events' ? eventStructure : personStructure);
    await rename(making, path);
    return (await stat(path)).size;
  } finally {
    await Promise.all([rm(making, { force: true }), rm(`${path}.rows`, { force: true })]);
  }
}

async function writeRows(
  content: Content,
  { path, format, onRows }: { path: string; format: Format; onRows(rows: number): Promise<void> },
): Promise<void> {
  const stream = createWriteStream(path, { mode: 0o600 });
  const failed = once(stream, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => {});
  const write = async (text: string): Promise<void> => {
    if (!stream.write(text)) await Promise.race([once(stream, 'drain'), failed]);
  };
  try {
    if (format === 'csv') await write(`\uFEFF${stringify([content.kind === 'events' ? eventHeading : personHeading])}`);
    if (content.kind === 'events')
      for await (const events of content.chunks) {
        await write(events.map((event) => eventText(event, format)).join(''));
        await onRows(events.length);
      }
    else
      for await (const people of content.chunks) {
        await write(people.map((person) => personText(person, format)).join(''));
        await onRows(people.length);
      }
  } finally {
    stream.end();
    await finished(stream);
  }
}

function eventText(event: ExportedEvent, format: Format): string {
  if (format === 'parquet') return eventLine(event);
  if (format === 'jsonl')
    return `${JSON.stringify({ ...event, passive: event.passive === 1, context: JSON.parse(event.context || '{}') as unknown })}\n`;
  return csvLine([
    ...[
      event.messageId,
      event.event,
      event.time,
      event.receivedAt,
      event.day,
      event.personId,
      event.userId,
      event.anonymousId,
      event.sessionId,
      event.source,
    ],
    ...[event.passive, jsonText(event.properties), event.context],
  ]);
}

function personText(person: ExportedPerson, format: Format): string {
  if (format === 'parquet') return personLine(person);
  if (format === 'jsonl') return `${JSON.stringify(person)}\n`;
  const ids = (kind: string): string =>
    person.ids
      .filter((id) => id.kind === kind)
      .map((id) => id.value)
      .join(' ');
  const others = person.ids.filter(({ kind }) => kind !== 'user' && kind !== 'anonymous');
  return csvLine([
    person.personId,
    ids('user'),
    ids('anonymous'),
    others.length === 0 ? '' : jsonText(others),
    person.createdAt,
    jsonText(person.traits),
  ]);
}

/** Spreadsheets run cells that begin like formulas; an apostrophe makes them texts (OWASP, CSV injection). */
function csvLine(cells: readonly (string | number)[]): string {
  return stringify([cells.map((cell) => (typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell))]);
}
