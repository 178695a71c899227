import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStream, type TestStream, trackEvent } from './testing/open-stream.ts';

let on: TestStream;
beforeAll(async () => {
  on = await openTestStream();
});
afterAll(async () => {
  await on.stream.close();
  await on.close();
});

/** Names that trouble parsers: empty, dotted, clashing, quoted, with NULs and halves of pairs. */
const name = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'a.b',
    'a..b',
    '.',
    'b',
    '$',
    '`',
    "'",
    '"',
    '\\',
    '\0',
    '\ud800',
    '柚',
    '__proto__',
    'constructor',
    'toJSON',
    ' ',
    'null',
    'a\nb',
    'a`.b',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const leaf = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('2026-01-01', '2026-01-01T00:00:00Z', '1', '\0', '\ud83d', '{"a":1}', 'NaN', '\\u0000', 1e300, -0, 2 ** 63, 2 ** 64, 1e-320),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(name, tie('value'), { maxKeys: 5 })),
}));
const properties = fc.dictionary(name, value, { maxKeys: 8 });

test('whatever JSON a client sends is either written or refused on its own: it never takes others with it', async () => {
  const projectId = await on.newProject();
  await on.stream.api.listen({ listener: `any-${projectId}`, projectId, events: ['*'] });
  let good = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(properties, { minLength: 1, maxLength: 12 }), async (list) => {
      const events = list.flatMap((each, index) => [
        trackEvent({ userId: 'odd', properties: each as Record<string, unknown>, context: each as Record<string, unknown>, sequence: index }),
        trackEvent({ kind: 'identify', event: '$identify', userId: `odd-${index}`, properties: {}, traits: each as Record<string, unknown> }),
        trackEvent({ userId: 'plain', event: 'Plain', properties: { price: 9.5 } }),
      ]);
      const { outcomes } = await on.stream.api.accept(projectId, events, { receivedAt: Date.now(), source: 'test' });
      outcomes.forEach((outcome, index) => {
        if (events[index]?.event === 'Plain') expect(outcome.status).toBe('accepted');
        if (outcome.status === 'accepted') good += 1;
      });
      // What the rules let through, both stores can keep.
      expect(outcomes.filter((outcome) => outcome.status === 'refused' && outcome.code === 'stream.event_unreadable')).toEqual([]);
    }),
    { numRuns: 25 },
  );
  const [row] = await on.kernel.clickhouse.query<{ events: number }>('SELECT count() AS events FROM events WHERE project_id = {projectId:UInt32}', {
    projectId,
  });
  expect(row?.events).toBe(good);
  const { rows } = await on.kernel.postgres.pool.query('SELECT count(*)::int AS told FROM announcements WHERE project_id = $1', [projectId]);
  expect(rows).toEqual([{ told: good }]);
});
