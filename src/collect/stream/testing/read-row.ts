import type { EventRow } from '../event-row.ts';
import { eventColumns } from '../event-row.ts';

const DAY_MS = 86_400_000;

/** What a row of `events` says, by column: times in ms, the day as `YYYY-MM-DD`, properties and context as JSON texts. */
export function readRow({ block, start, end }: EventRow): Record<(typeof eventColumns)[number], string | number> {
  let at = start;
  const uint = (size: number): number => {
    at += size;
    return block.readUIntLE(at - size, size);
  };
  const time = (): number => {
    at += 8;
    return Number(block.readBigInt64LE(at - 8));
  };
  const text = (): string => {
    let length = 0;
    for (let shift = 0, digit = 128; digit >= 128; shift += 7) {
      digit = block[at++] ?? 0;
      length |= (digit & 127) << shift;
    }
    at += length;
    return block.toString('utf8', at - length, at);
  };
  const values = [uint(4), uint(4), text(), time(), new Date(uint(2) * DAY_MS).toISOString().slice(0, 10), uint(4), text(), text(), text(), text()];
  values.push(text(), uint(1), time(), text(), text());
  if (at !== end) throw new Error(`The row has ${end - at} bytes more than its columns`);
  return Object.fromEntries(eventColumns.map((name, place) => [name, values[place]])) as Record<(typeof eventColumns)[number], string | number>;
}

/** The row as JSONEachRow. */
export function rowAsJson(row: EventRow): string {
  const { properties, ...others } = readRow(row);
  return `${JSON.stringify(others).slice(0, -1)},"properties":${properties}}`;
}
