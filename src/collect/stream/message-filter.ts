import { crc32 } from 'node:zlib';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';

/** 2^27 bits, 16 MB: with 8 million messages one new id in seventy is looked up in vain, with 67 million four in ten. */
const BITS_LOG2 = 27;
const MESSAGES_MAX = 2 ** (BITS_LOG2 - 1);
/** Messages in one row of the answer that fills the filter. */
const CHUNK = 65_536;

/**
 * A Bloom filter (B. H. Bloom, 1970; two probes) over the ids of all messages in the stream. When it says that an id is new, it is. It serves only a
 * process that writes alone: whoever else wrote would be missing in it. Until it is filled it says nothing.
 */
export class MessageFilter {
  readonly #bits = new Uint32Array(2 ** BITS_LOG2 / 32);
  #count = 0;
  #isFilled = false;

  /** True: certainly not in the stream. */
  isNew(messageId: string): boolean {
    if (!this.#isFilled) return false;
    const hash = crc32(messageId);
    return !this.#has(hash) || !this.#has(second(hash));
  }

  /** Adds a message that may be written from now on. True: until now it was certainly not in the stream. */
  addNew(messageId: string): boolean {
    const hash = crc32(messageId);
    const other = second(hash);
    const wasNew = this.#isFilled && !(this.#has(hash) && this.#has(other));
    this.#setBit(hash);
    this.#setBit(other);
    this.#count += 1;
    return wasNew;
  }

  /** Reads the ids of the whole stream into it; what is added meanwhile stays. Says nothing for ever on streams beyond 67 million messages. */
  async fill(clickhouse: ClickHouse, signal: AbortSignal): Promise<void> {
    const chunks = clickhouse.stream<{ hashes: string; size: number }>(
      `SELECT arrayStringConcat(groupArray(leftPad(hex(CRC32(message_id)), 8, '0'))) AS hashes, count() AS size
      FROM events GROUP BY intDiv(rowNumberInAllBlocks(), ${CHUNK})`,
      {},
      { signal, maxSeconds: 600 },
    );
    for await (const rows of chunks)
      for (const { hashes, size } of rows) {
        const bytes = Buffer.from(hashes, 'hex');
        for (let at = 0; at < bytes.length; at += 4) this.#set(bytes.readUInt32BE(at));
        this.#count += size;
      }
    this.#isFilled = this.#count <= MESSAGES_MAX;
  }

  #has(position: number): boolean {
    const bit = position >>> (32 - BITS_LOG2);
    return ((this.#bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  #set(hash: number): void {
    this.#setBit(hash);
    this.#setBit(second(hash));
  }

  #setBit(position: number): void {
    const bit = position >>> (32 - BITS_LOG2);
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }
}

/** Another 32 bits made of the first (Fibonacci hashing with a final mix). */
function second(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
