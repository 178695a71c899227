import type { Selectable } from 'kysely';
import { isNamedPersonal } from './looks-personal.ts';
import type { PlannedEvent, PlannedProperty, ValueType } from './plan-document.ts';
import type { PlanTables } from './tables.ts';

export type SeenPropertyRow = Selectable<PlanTables['seen_properties']>;

/** How often a property was seen as what. */
export function typesOf(row: SeenPropertyRow): Partial<Record<ValueType, number>> {
  const all = {
    string: row.strings,
    datetime: row.datetimes,
    number: row.numbers,
    integer: row.integers,
    boolean: row.booleans,
    list: row.lists,
    object: row.objects,
  };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
}

/** The type that everything seen fits; undefined when values are of several. */
export function commonType(types: Partial<Record<ValueType, number>>): ValueType | undefined {
  const names = Object.keys(types) as ValueType[];
  if (names.length <= 1) return names[0];
  if (names.every((name) => name === 'number' || name === 'integer')) return 'number';
  if (names.every((name) => name === 'string' || name === 'datetime')) return 'string';
  return undefined;
}

/** A property that is there in nearly every event is expected to be there. */
const REQUIRED_SHARE = 1;
const SAMPLE_MIN = 50;

/** What a plan would say of an event from what was seen. `sampled` is how many were looked at. */
export function suggestEvent(rows: readonly SeenPropertyRow[], sampled: number): PlannedEvent {
  const properties = rows
    // What lies inside objects is described by the object until somebody asks for more.
    .filter((row) => !rows.some((other) => other.objects > 0 && row.property.startsWith(`${other.property}.`)))
    .map((row) => [row.property, suggestProperty(row, sampled)] as const);
  return properties.length > 0 ? { properties: Object.fromEntries(properties) } : {};
}

/** The same for one property. */
export function suggestProperty(row: SeenPropertyRow, sampled: number): PlannedProperty {
  const types = typesOf(row);
  const type = commonType(types);
  const count = Object.values(types).reduce((sum, one) => sum + one, 0);
  const isRequired = sampled >= SAMPLE_MIN && count >= sampled * REQUIRED_SHARE;
  return { ...(type && { type }), ...(isRequired && { required: true }), ...(isNamedPersonal(row.property) && { personal: 'personal' as const }) };
}
