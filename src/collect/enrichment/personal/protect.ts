import { createHmac } from 'node:crypto';
import type { IncomingEvent, LinkedId, TraitChange } from '../../stream/contract.ts';
import type { PersonalRule } from '../contract.ts';
import { Recent } from '../recent.ts';

type Act = 'hash' | 'drop';

/** The rules of one project, ready for use. */
export interface Protection {
  property: ReadonlyMap<string, Act>;
  trait: ReadonlyMap<string, Act>;
  context: readonly { path: readonly string[]; act: Act }[];
  id: ReadonlyMap<string, Act>;
  hash(value: unknown): unknown;
}

const HASHES_KEPT = 20_000;
const PREFIX = 'hmac:';
const hashedForm = /^hmac:[0-9a-f]{64}$/;
const phoneForm = /^\+?[\d\s().-]{6,24}$/;

/** Makes rules ready; undefined when none of them changes anything. */
export function protectionOf(rules: readonly PersonalRule[], key: Uint8Array): Protection | undefined {
  const acting = rules.filter((rule): rule is PersonalRule & { action: Act } => rule.action !== 'keep');
  if (acting.length === 0) return undefined;
  const of = (place: PersonalRule['place']): Map<string, Act> =>
    new Map(acting.filter((rule) => rule.place === place).map(({ name, action }) => [name, action]));
  return {
    property: of('property'),
    trait: of('trait'),
    context: [...of('context')].map(([name, act]) => ({ path: name.split('.'), act })),
    id: of('id'),
    hash: hasherOf(key),
  };
}

/** HMAC-SHA256 of the value, so that equal values stay equal and nobody can look them up. Hashed ones stay; lists are hashed value by value. */
function hasherOf(key: Uint8Array): (value: unknown) => unknown {
  const known = new Recent<string>(HASHES_KEPT);
  const hash = (value: unknown): unknown => {
    if (value === null || value === undefined || typeof value === 'boolean') return value;
    if (Array.isArray(value)) return value.map(hash);
    const text = plainText(value);
    if (text === '' || hashedForm.test(text)) return value;
    let hashed = known.get(text);
    if (hashed === undefined) {
      hashed = PREFIX + createHmac('sha256', key).update(text).digest('hex');
      known.set(text, hashed);
    }
    return hashed;
  };
  return hash;
}

/** The same address or number written in another way is the same value. */
function plainText(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'object' ? JSON.stringify(value) : String(value);
  const text = value.trim();
  if (text.includes('@')) return text.toLowerCase();
  return phoneForm.test(text) ? text.replace(/[\s().-]/g, '') : text;
}

/** Hashes and drops what the rules name, in place. */
export function protect(event: IncomingEvent, protection: Protection): void {
  const { property, trait, context, id, hash } = protection;
  if (property.size > 0) event.properties = protectedObject(event.properties, property, hash);
  if (trait.size > 0) {
    if (event.traits) event.traits = protectedObject(event.traits, trait, hash);
    if (event.traitChanges) event.traitChanges = protectedChanges(event.traitChanges, trait, hash);
    if (event.kind === 'identify') event.properties = protectedObject(event.properties, trait, hash);
    const { traits } = event.context;
    if (isObject(traits)) event.context = { ...event.context, traits: protectedObject(traits, trait, hash) };
  }
  for (const { path, act } of context) event.context = protectedPath(event.context, path, (value) => (act === 'drop' ? undefined : hash(value)));
  if (id.size > 0) {
    if (event.ids) event.ids = protectedIds(event.ids, id, hash);
    if (event.unlink) event.unlink = protectedIds(event.unlink, id, hash);
  }
}

function protectedObject(values: Record<string, unknown>, acts: ReadonlyMap<string, Act>, hash: Protection['hash']): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const [name, act] of acts) {
    if (!(name in values)) {
      // A dotted name reaches into nested values.
      if (name.includes('.')) copy = protectedPath(copy ?? values, name.split('.'), (value) => (act === 'drop' ? undefined : hash(value)));
      continue;
    }
    copy ??= { ...values };
    if (act === 'drop') delete copy[name];
    else copy[name] = hash(values[name]);
  }
  return copy ?? values;
}

function protectedChanges(changes: readonly TraitChange[], acts: ReadonlyMap<string, Act>, hash: Protection['hash']): TraitChange[] {
  return changes.flatMap((change) => {
    const act = acts.get(change.name);
    if (act === undefined || change.operation === 'unset' || change.operation === 'unset_all') return [change];
    return act === 'drop' ? [] : [{ ...change, value: hash(change.value) }];
  });
}

function protectedIds(ids: readonly LinkedId[], acts: ReadonlyMap<string, Act>, hash: Protection['hash']): LinkedId[] {
  return ids.flatMap((each) => {
    const act = acts.get(each.kind);
    if (act === undefined) return [each];
    return act === 'drop' ? [] : [{ ...each, value: String(hash(each.value)) }];
  });
}

/** A copy with the value at the path replaced, or without it when the replacement is undefined; the same object when there is none. */
function protectedPath(values: Record<string, unknown>, path: readonly string[], replace: (value: unknown) => unknown): Record<string, unknown> {
  const [name = '', ...rest] = path;
  if (!(name in values)) return values;
  const value = values[name];
  if (rest.length > 0) {
    if (!isObject(value)) return values;
    const changed = protectedPath(value, rest, replace);
    return changed === value ? values : { ...values, [name]: changed };
  }
  const copy = { ...values };
  const replaced = replace(value);
  if (replaced === undefined) delete copy[name];
  else copy[name] = replaced;
  return copy;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
