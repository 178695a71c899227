import { eventLabel, type SentenceLocale } from '../../audiences/contract.ts';
import type { PersonRow, TimelineEntry } from '../contract.ts';

/** What stands under a person's name: the first id that is not the name itself. */
export function secondLineOf(person: Pick<PersonRow, 'label' | 'externalIds' | 'traits'>): string {
  const email = typeof person.traits['email'] === 'string' ? person.traits['email'] : undefined;
  const ids = [...person.externalIds].sort((left, right) => (left.kind === right.kind ? 0 : left.kind === 'user' ? -1 : 1)).map((id) => id.value);
  return [email, ...ids].find((text) => text !== undefined && text !== person.label) ?? '';
}

/** What people call an event of the timeline. */
export function nameOfEvent(event: string, language: string): string {
  return eventLabel(event, language as SentenceLocale);
}

/** A value in one short line. */
export function shortValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}

const VALUE_LENGTH_MAX = 60;
const PROPERTIES_SHOWN = 4;

/** The first properties of an event, for its line: those that are objects are left for the whole view. */
export function firstProperties(entry: Pick<TimelineEntry, 'properties'>): { name: string; value: string }[] {
  return Object.entries(entry.properties)
    .filter(
      ([, value]) =>
        value !== null && value !== '' && (typeof value !== 'object' || (Array.isArray(value) && value.every((item) => typeof item !== 'object'))),
    )
    .slice(0, PROPERTIES_SHOWN)
    .map(([name, value]) => ({ name, value: shortValue(Array.isArray(value) ? value.join(', ') : value) }));
}
