import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { door } from './index.ts';
import { IdRules } from './rules.ts';

let on: TestStores;
beforeAll(async () => {
  on = await openTestStores({ slices: [door] });
});
afterAll(() => on.close());

const shared = { kind: 'device', holders: 'several', perPersonMax: null, rank: 50, joins: true, onConflict: 'keep' } as const;

test('whoever decides between the news of a change and the new rules has the last ones, never none', async () => {
  const { postgres } = on.kernel;
  const rules = new IdRules(on.kernel);
  await rules.decide(7, shared, postgres.as());
  rules.changed(7);
  expect((await rules.ofProject(7)).of('device').holders).toBe('several');
  rules.changed(8);
  expect(rules.of(7).of('device').holders).toBe('several');
  // A change that is told while the rules are being read is read too.
  const reading = rules.refresh();
  await rules.forget(7, 'device', postgres.as());
  rules.changed(7);
  await reading;
  expect((await rules.ofProject(7)).of('device').holders).toBe('one');
});
