import type { FileShape } from '../reading/shape.ts';
import { refuseFile } from '../refuse-file.ts';
import { LocalTime } from './local-time.ts';
import type { Mapping } from './mapping.ts';

/** What a mapping can lack. */
export type MappingGap = 'person' | 'time' | 'event' | 'columns';

/** What a mapping lacks for any row to be taken. */
export function gapsOf(mapping: Mapping, columns: readonly string[]): MappingGap[] {
  if (mapping.preset !== null) return [];
  const has = (...roles: string[]): boolean => mapping.columns.some(({ role }) => roles.includes(role));
  const gaps: MappingGap[] = [];
  const known = new Set(columns);
  if (mapping.columns.some(({ column, role }) => role !== 'ignore' && !known.has(column))) gaps.push('columns');
  if (!has('userId', 'anonymousId', 'id')) gaps.push('person');
  if (mapping.content === 'events' && !has('time')) gaps.push('time');
  if (mapping.content === 'events' && !has('event') && mapping.eventName === '') gaps.push('event');
  return gaps;
}

/** Throws `imports.mapping_incomplete` and `imports.zone_unknown`. */
export function checkMapping(mapping: Mapping, shape: FileShape): void {
  const gaps = gapsOf(mapping, shape.columns);
  if (gaps.length > 0) throw refuseFile('mapping_incomplete', { details: { gaps, list: gaps.join(', ') } });
  checkZone(mapping.timeZone);
}

export function checkZone(timeZone: string): void {
  try {
    new LocalTime(timeZone).instantOf(0);
  } catch {
    throw refuseFile('zone_unknown', { details: { timeZone } });
  }
}
