/** The server's limits, and our own. */
export const limits = {
  /** Bytes of one message as JSON; a larger one is dropped. */
  messageSizeMaxBytes: 32 * 1024,
  /** Bytes of the messages of one request; the server takes 500 KiB with what is around them. */
  batchSizeMaxBytes: 450 * 1024,
  batchCountMax: 1_000,
  /** Levels of objects and lists in properties, traits and context; what lies deeper becomes null. */
  depthMax: 8,
} as const;

/** How many of the first messages fit one request, by their sizes in bytes: at least one. */
export function countThatFits(sizes: readonly number[], countMax: number): number {
  let bytes = 0;
  let count = 0;
  while (count < sizes.length && count < countMax) {
    bytes += (sizes[count] as number) + 1;
    if (bytes > limits.batchSizeMaxBytes && count > 0) break;
    count += 1;
  }
  return count;
}
