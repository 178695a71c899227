import { isDeepStrictEqual } from 'node:util';
import type { PlanDocument, PlannedEvent, PlannedTrait } from './plan-document.ts';

/** One entry of the plan before and after; `null` where there was or is none. `rules` is the project's rules. */
export type PlanChange =
  | { of: 'event'; name: string; before: PlannedEvent | null; after: PlannedEvent | null }
  | { of: 'trait'; name: string; before: PlannedTrait | null; after: PlannedTrait | null }
  | { of: 'rules'; name: ''; before: PlanDocument['rules'] | null; after: PlanDocument['rules'] | null };

/** What leads from one document to the other, by name. */
export function changesBetween(before: PlanDocument, after: PlanDocument): PlanChange[] {
  const changes: PlanChange[] = [];
  if (!isDeepStrictEqual(before.rules ?? {}, after.rules ?? {}))
    changes.push({ of: 'rules', name: '', before: before.rules ?? null, after: after.rules ?? null });
  for (const { name, was, is } of pairs(before.events, after.events)) changes.push({ of: 'event', name, before: was, after: is });
  for (const { name, was, is } of pairs(before.traits, after.traits)) changes.push({ of: 'trait', name, before: was, after: is });
  return changes;
}

function pairs<Entry>(
  before: Record<string, Entry> = {},
  after: Record<string, Entry> = {},
): { name: string; was: Entry | null; is: Entry | null }[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({
      name,
      was: Object.hasOwn(before, name) ? (before[name] ?? null) : null,
      is: Object.hasOwn(after, name) ? (after[name] ?? null) : null,
    }))
    .filter(({ was, is }) => !isDeepStrictEqual(was, is));
}

/** Takes changes back: the document as it was before them. */
export function undoChanges(document: PlanDocument, changes: readonly PlanChange[]): PlanDocument {
  const events = new Map(Object.entries(document.events ?? {}));
  const traits = new Map(Object.entries(document.traits ?? {}));
  let rules = document.rules;
  for (const change of changes.toReversed()) {
    if (change.of === 'rules') rules = change.before ?? undefined;
    else if (change.of === 'event') put(events, change.name, change.before);
    else put(traits, change.name, change.before);
  }
  return sortedDocument({ format: document.format, ...(rules && { rules }), events: Object.fromEntries(events), traits: Object.fromEntries(traits) });
}

function put<Entry>(entries: Map<string, Entry>, name: string, entry: Entry | null): void {
  if (entry === null) entries.delete(name);
  else entries.set(name, entry);
}

/** The same document with names in order and nothing empty, so that files of the same plan are the same letter by letter. */
export function sortedDocument(document: PlanDocument): PlanDocument {
  return sorted({
    format: document.format,
    ...(document.rules && Object.keys(document.rules).length > 0 && { rules: document.rules }),
    ...(document.events && Object.keys(document.events).length > 0 && { events: document.events }),
    ...(document.traits && Object.keys(document.traits).length > 0 && { traits: document.traits }),
  }) as PlanDocument;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  // `format` comes first, names are in the order of their letters, whatever the reader's language.
  entries.sort(([a], [b]) => (a === 'format' ? -1 : b === 'format' ? 1 : a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([name, part]) => [name, sorted(part)]));
}
