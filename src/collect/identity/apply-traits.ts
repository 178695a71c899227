import { jsonText } from '../../kernel/json-text.ts';
import type { TraitChange } from './contract.ts';

/** A trait's value after a change; absent: cleared. */
export interface NewValue {
  trait: string;
  value?: unknown;
}

/** A change that did not fit what stood there. */
export interface TraitFault {
  trait: string;
  operation: TraitChange['operation'];
  had: string;
  got: string;
  /** True: the value was set all the same, and now has another type. False: it was kept out. */
  isApplied: boolean;
}

export interface AppliedTraits {
  /** `before` itself when nothing changed. */
  traits: Record<string, unknown>;
  /** In the order of their change; one trait may be named more than once. */
  changed: NewValue[];
  faults: TraitFault[];
}

/** Items of a list; a change that would make it longer is kept out. */
const LIST_LENGTH_MAX = 1_000;
/** Numbers of up to six decimals are added as whole millionths, so that 0.1 + 0.2 is 0.3. */
const MILLION = 1_000_000;

/** A person's traits after plain values and changes in their order: a value sets, null clears, a missing key keeps. */
export function applyTraits(
  before: Record<string, unknown>,
  values: Record<string, unknown> | undefined,
  changes: readonly TraitChange[] = [],
): AppliedTraits {
  const draft = new TraitDraft(before);
  if (values)
    for (const [name, value] of Object.entries(values))
      if (value !== undefined) draft.change({ operation: value === null ? 'unset' : 'set', name, value });
  for (const change of changes) draft.change(change);
  return draft.result();
}

type ListOperation = 'append' | 'prepend' | 'union' | 'remove';

class TraitDraft {
  readonly #before: Record<string, unknown>;
  #after: Record<string, unknown> | undefined;
  readonly #changed: NewValue[] = [];
  readonly #faults: TraitFault[] = [];

  constructor(before: Record<string, unknown>) {
    this.#before = before;
  }

  result(): AppliedTraits {
    return { traits: this.#after ?? this.#before, changed: this.#changed, faults: this.#faults };
  }

  change({ operation, name, value }: TraitChange): void {
    const traits = this.#after ?? this.#before;
    const has = Object.hasOwn(traits, name);
    const had = has ? traits[name] : undefined;
    if (operation === 'set') this.#set(name, had, value, has);
    else if (operation === 'set_once') {
      if (!has && value !== null && value !== undefined) this.#put(name, value);
    } else if (operation === 'increment') this.#increment(name, had, value);
    else if (operation === 'unset') this.#clear(name);
    else if (operation === 'unset_all') for (const each of Object.keys(traits)) this.#clear(each);
    else this.#changeList(operation, name, had, value);
  }

  #set(name: string, had: unknown, value: unknown, has: boolean): void {
    if (value === null || value === undefined) {
      this.#clear(name);
      return;
    }
    if (has && typeOf(had) !== typeOf(value)) this.#fault({ operation: 'set', trait: name, isApplied: true }, had, value);
    this.#put(name, value);
  }

  #increment(name: string, had: unknown, by: unknown): void {
    const start = had ?? 0;
    if (typeof by === 'number' && Number.isFinite(by) && typeof start === 'number') this.#put(name, sum(start, by));
    else this.#fault({ operation: 'increment', trait: name, isApplied: false }, had, by);
  }

  #changeList(operation: ListOperation, name: string, had: unknown, value: unknown): void {
    if (value === undefined || value === null || (had === undefined && operation === 'remove')) return;
    const after = had === undefined || Array.isArray(had) ? changedList(operation, (had ?? []) as unknown[], value) : undefined;
    if (after === undefined || after.length > LIST_LENGTH_MAX) this.#fault({ operation, trait: name, isApplied: false }, had, value);
    else this.#put(name, after);
  }

  #put(name: string, value: unknown): void {
    const traits = this.#after ?? this.#before;
    if (Object.hasOwn(traits, name) && isSame(traits[name], value)) return;
    this.#after ??= { ...this.#before };
    Object.defineProperty(this.#after, name, { value, enumerable: true, configurable: true, writable: true });
    this.#changed.push({ trait: name, value });
  }

  #clear(name: string): void {
    if (!Object.hasOwn(this.#after ?? this.#before, name)) return;
    this.#after ??= { ...this.#before };
    delete this.#after[name];
    this.#changed.push({ trait: name });
  }

  #fault(fault: Omit<TraitFault, 'had' | 'got'>, had: unknown, got: unknown): void {
    this.#faults.push({ ...fault, had: had === undefined ? 'none' : typeOf(had), got: typeOf(got) });
  }
}

function changedList(operation: ListOperation, list: readonly unknown[], value: unknown): unknown[] {
  const given = Array.isArray(value) ? (value as unknown[]) : [value];
  if (operation === 'append') return [...list, ...given];
  if (operation === 'prepend') return [...given, ...list];
  if (operation === 'remove') return list.filter((item) => !given.some((each) => isSame(each, item)));
  const after = [...list];
  for (const item of given) if (!after.some((each) => isSame(each, item))) after.push(item);
  return after;
}

/** A value as JSON text that the stores can keep. */
export function valueText(value: unknown): string {
  return jsonText([value]).slice(1, -1);
}

/** The words in which conflicts of types are told. */
function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return 'text';
  return typeof value === 'object' ? 'object' : typeof value;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}

function sum(a: number, b: number): number {
  if (Number.isInteger(a) && Number.isInteger(b)) return a + b;
  const [one, other] = [Math.round(a * MILLION), Math.round(b * MILLION)];
  const isExact = one / MILLION === a && other / MILLION === b && Number.isSafeInteger(one + other);
  return isExact ? (one + other) / MILLION : a + b;
}
