/** A person's traits after a change: a value sets, null clears, a missing key keeps. Gives `before` itself when nothing changes. */
export function applyTraits(before: Record<string, unknown>, change: Record<string, unknown>): Record<string, unknown> {
  let after: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue;
    const had = Object.hasOwn(after ?? before, name);
    if (value === null ? !had : had && isSame((after ?? before)[name], value)) continue;
    after ??= { ...before };
    if (value === null) delete after[name];
    else Object.defineProperty(after, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return after ?? before;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
