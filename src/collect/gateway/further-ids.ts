import type { LinkedId } from '../stream/contract.ts';
import { isObject } from './read-body.ts';

/** Kinds here for Segment's types; others keep their own. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['anonymous_id', 'anonymous'],
  ['ios.idfa', 'device'],
  ['ios.id', 'device'],
  ['android.idfa', 'device'],
  ['android.id', 'device'],
]);
/** Types that say again what stands in `userId`. */
const userTypes: ReadonlySet<string> = new Set(['user_id', 'user']);
/** A kind is a word; Segment's types may hold anything. */
const notInWords = /[^\w$.:-]/g;
const notAtFirst = /^(?![A-Za-z$_])/;
const KIND_LENGTH_MAX = 64;

/**
 * The ids in Segment's `context.externalIds` (`[{ id, type, collection, encoding }]`) beside those that the message names itself. What is no such list or entry
 * names nobody and stays in the context as it was sent.
 */
export function furtherIdsOf(value: unknown, anonymousId: string | undefined): LinkedId[] {
  if (!Array.isArray(value)) return [];
  const found: LinkedId[] = [];
  for (const each of value as readonly unknown[]) {
    if (!isObject(each)) continue;
    const { type, collection = 'users' } = each;
    const id = typeof each.id === 'number' ? String(each.id) : each.id;
    if (typeof type !== 'string' || type === '' || typeof id !== 'string' || id === '' || userTypes.has(type)) continue;
    // Ids of other collections (accounts) name no person.
    if (collection !== 'users' && collection !== null) continue;
    const kind = kinds.get(type) ?? type.replace(notInWords, '_').replace(notAtFirst, '_').slice(0, KIND_LENGTH_MAX);
    if (kind !== 'anonymous' || id !== anonymousId) found.push({ kind, value: id });
  }
  return found;
}
