import type { PersonRecord } from '../../collect/identity/contract.ts';
import type { PersonBrief } from './contract.ts';
import { valueAt } from './values.ts';

const LABEL_LENGTH_MAX = 200;

/** How lists call a person: by name, else email, else user id, else anonymous id; the note is the next of these. */
export function briefOf(personId: number, record: Pick<PersonRecord, 'traits' | 'externalIds'>): PersonBrief {
  const names = [nameOf(record.traits), textAt(record.traits, 'email'), externalIdOf(record, 'user'), externalIdOf(record, 'anonymous')];
  const [label = `#${personId}`, note = ''] = [...new Set(names.filter((name) => name !== undefined))];
  return { personId, label: label.slice(0, LABEL_LENGTH_MAX), note: note.slice(0, LABEL_LENGTH_MAX) };
}

function nameOf(traits: Record<string, unknown>): string | undefined {
  const parts = [textAt(traits, 'firstName'), textAt(traits, 'lastName')].filter((part) => part !== undefined);
  return textAt(traits, 'name') ?? (parts.length > 0 ? parts.join(' ') : undefined);
}

function textAt(traits: Record<string, unknown>, path: string): string | undefined {
  const value = valueAt(traits, path);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function externalIdOf(record: Pick<PersonRecord, 'externalIds'>, kind: 'user' | 'anonymous'): string | undefined {
  return record.externalIds.find((id) => id.kind === kind)?.value;
}
