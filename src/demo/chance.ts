import { createHash } from 'node:crypto';

/** Numbers in [0, 1) that depend on `key` alone, so that simulated behaviour is the same on every machine. */
export function chances(key: string): () => number {
  let block = createHash('sha256').update(key).digest();
  let offset = 0;
  return () => {
    if (offset + 4 > block.length) {
      block = createHash('sha256').update(block).digest();
      offset = 0;
    }
    const value = block.readUInt32BE(offset) / 2 ** 32;
    offset += 4;
    return value;
  };
}

/** One of `choices`, by a number in [0, 1). */
export function pick<T>(choices: readonly T[], chance: number): T {
  const choice = choices[Math.min(choices.length - 1, Math.floor(chance * choices.length))];
  if (choice === undefined) throw new Error('There is nothing to choose from');
  return choice;
}
