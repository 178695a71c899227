import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const sdk = join(import.meta.dirname, '../..');

// The SDKs import nothing of each other, so what both need stands in both. A change of one is a change of the other.
test.each(['json.ts', 'retry.ts'])('%s is the same in both SDKs', (file) => {
  const [node, web] = ['node', 'web'].map((name) => readFileSync(join(sdk, name, 'src', file), 'utf8'));
  expect(node).toBe(web);
});
