/** The server's limits, and our own. */
export const limits = {
  /** Bytes of one message as JSON; a larger one is dropped. */
  messageSizeMaxBytes: 32 * 1024,
  /** Bytes of the messages of one request; the server takes 500 KiB with what is around them. */
  batchSizeMaxBytes: 450 * 1024,
  batchCountMax: 50,
  /** Bytes that browsers take over when a page goes away. */
  beaconSizeMaxBytes: 60_000,
  /** Messages that wait at most; beyond it the oldest go. */
  queueCountMax: 1_000,
  /** Bytes that wait at most, because the page shares 5 MB of storage with us. */
  queueSizeMaxBytes: 1_000_000,
  /** Levels of objects and lists in properties, traits and context; what lies deeper becomes null. */
  depthMax: 8,
} as const;

/** How many bytes a text takes as UTF-8. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** How many of the first messages fit one request: at least one. */
export function countThatFits(texts: readonly string[], sizeMaxBytes: number, countMax: number = limits.batchCountMax): number {
  let bytes = 0;
  let count = 0;
  while (count < texts.length && count < countMax) {
    bytes += byteLength(texts[count] as string) + 1;
    if (bytes > sizeMaxBytes && count > 0) break;
    count += 1;
  }
  return count;
}
