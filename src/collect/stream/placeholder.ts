/**
 * What programs send when they have no id (the lists of Mixpanel and PostHog, and what languages write for nothing), in small letters. Taken for an id, it would
 * make one person of everybody.
 */
const placeholders: ReadonlySet<string> = new Set([
  '[object object]',
  ...(
    'undefined (undefined) <undefined> null (null) <null> nil <nil> (nil) none nan n/a na unknown anonymous anon guest not_authenticated ' +
    'id email distinct_id distinctid lmy47d true false -1 {} []'
  ).split(' '),
]);
/** Longer texts are ids: a zero UUID in braces and quotes has 40 letters. */
const LENGTH_MAX = 40;
const quotesAround = /^(["'`])(.*)\1$/;
/** `0`, `0.0`, `000000`, a UUID of zeros. */
const zeros = /^\{?[0.-]*0[0.-]*\}?$/;

/** Whether a text stands where an id should be and means nobody: `undefined`, `null`, `guest`, empty quotes, zeros... */
export function isPlaceholder(id: string): boolean {
  if (id.length > LENGTH_MAX) return false;
  const quoted = quotesAround.exec(id);
  const bare = (quoted?.[2] ?? id).trim().toLowerCase();
  return (bare === '' && quoted !== null) || placeholders.has(bare) || zeros.test(bare);
}
