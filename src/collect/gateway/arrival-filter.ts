import type { Arrival, ArrivalFilter } from './contract.ts';

/** Whether an arrival is asked for: every field must fit, and every word of the search stand somewhere in what names the event or the person. */
export function fits(filter: ArrivalFilter, arrival: Omit<Arrival, 'id' | 'raw' | 'masked' | 'became' | 'isCut'>): boolean {
  if (filter.status !== undefined && arrival.status !== filter.status) return false;
  if (filter.dialect !== undefined && arrival.dialect !== filter.dialect) return false;
  if (filter.key !== undefined && arrival.key !== filter.key) return false;
  if (filter.search === undefined) return true;
  const { event, kind, messageId, userId, anonymousId, personId, library, code } = arrival;
  const text = [event, kind, messageId, userId, anonymousId, personId, library, code].join(' ').toLowerCase();
  return filter.search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The same filter has the same name, whatever the order of its fields. */
export function nameOfFilter({ status, dialect, key, search }: ArrivalFilter): string {
  const isEmpty = status === undefined && dialect === undefined && key === undefined && search === undefined;
  return isEmpty ? '' : JSON.stringify([status, dialect, key, search]);
}
