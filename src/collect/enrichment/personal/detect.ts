import type { IncomingEvent } from '../../stream/contract.ts';

export const personalKinds = ['email', 'phone', 'id_number'] as const;
export type PersonalKind = (typeof personalKinds)[number];

/** Where a value that looks personal stands. */
export interface Found {
  place: 'property' | 'trait';
  name: string;
  kind: PersonalKind;
}

const LENGTH_MAX = 120;
const emailForm = /^[^\s@"'<>(),;:]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}$/i;
const chinesePhone = /^(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}$/;
const otherPhone = /^\+[1-9]\d{0,2}[- ]?(?:\(?\d{1,4}\)?[- ]?){2,5}\d{2,4}$/;
const idForm = /^\d{17}[\dXx]$/;
const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** What kind of personal data a text looks like. */
export function personalKindOf(value: string): PersonalKind | undefined {
  if (value.length < 6 || value.length > LENGTH_MAX) return undefined;
  const text = value.trim();
  if (text.includes('@')) return emailForm.test(text) ? 'email' : undefined;
  if (idForm.test(text)) return isIdNumber(text) ? 'id_number' : undefined;
  return chinesePhone.test(text) || (text.startsWith('+') && otherPhone.test(text) && text.replace(/\D/g, '').length >= 8) ? 'phone' : undefined;
}

/** GB 11643: the last character checks the others (ISO 7064, mod 11-2). */
function isIdNumber(text: string): boolean {
  const sum = idWeights.reduce((total, weight, index) => total + weight * Number(text[index]), 0);
  return '10X98765432'[sum % 11] === text[17]?.toUpperCase();
}

/** Looks at texts and whole numbers of an event, one level deep in lists and objects. */
export function findPersonal(event: IncomingEvent, isDecided: (place: Found['place'], name: string) => boolean): Found[] {
  const found: Found[] = [];
  const look = (place: Found['place'], values: Record<string, unknown>): void => {
    for (const name in values) {
      if (name.startsWith('$') || isDecided(place, name)) continue;
      const kind = kindIn(values[name], 2);
      if (kind !== undefined) found.push({ place, name: name.slice(0, 200), kind });
    }
  };
  // An identify's properties are its traits.
  if (event.kind !== 'identify') look('property', event.properties);
  if (event.traits) look('trait', event.traits);
  for (const { name, value } of event.traitChanges ?? []) if (name !== '' && value !== undefined) look('trait', { [name]: value });
  return found;
}

function kindIn(value: unknown, levels: number): PersonalKind | undefined {
  if (typeof value === 'string') return personalKindOf(value);
  // A Chinese mobile number may come as a number.
  if (typeof value === 'number') return value >= 13_000_000_000 && value < 20_000_000_000 && Number.isInteger(value) ? 'phone' : undefined;
  if (typeof value !== 'object' || value === null || levels === 0) return undefined;
  for (const part of Object.values(value).slice(0, 20)) {
    const kind = kindIn(part, levels - 1);
    if (kind !== undefined) return kind;
  }
  return undefined;
}
