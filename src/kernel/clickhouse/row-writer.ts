/** A row in ClickHouse's RowBinary format, in a block of memory that rows share. */
export interface BinaryRow {
  block: Buffer;
  start: number;
  end: number;
}

const BLOCK_SIZE = 262_144;
/** Up to here a text is copied letter by letter, which is quicker than a call into Node. */
const SHORT_TEXT = 48;
const TWO_TO_32 = 4_294_967_296;

/**
 * Writes rows in RowBinary (numbers little-endian, texts behind their length) into blocks outside the heap: what waits there costs the garbage collector nothing, and rows that were
 * written one after another go to the store as one piece. A JSON column is written as its text.
 */
export class RowWriter {
  #block: Buffer = Buffer.alloc(0);
  #start = 0;
  #at = 0;

  /** Begins a row; one that was begun and not ended is dropped. */
  begin(): void {
    this.#at = this.#start;
  }

  /** Ends the row that was begun. */
  end(): BinaryRow {
    const row = { block: this.#block, start: this.#start, end: this.#at };
    this.#start = this.#at;
    return row;
  }

  /** Bytes of the row so far. */
  get size(): number {
    return this.#at - this.#start;
  }

  uint8(value: number): void {
    this.#reserve(1);
    this.#block[this.#at++] = value;
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#block[this.#at++] = value;
    this.#block[this.#at++] = value >>> 8;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#at = putUint32(this.#block, value, this.#at);
  }

  /** A whole number that JavaScript holds exactly. */
  int64(value: number): void {
    this.#reserve(8);
    putUint32(this.#block, value, this.#at);
    putUint32(this.#block, Math.floor(value / TWO_TO_32), this.#at + 4);
    this.#at += 8;
  }

  /** Gives the bytes that the text takes. */
  text(value: string): number {
    const { length } = value;
    this.#reserve(length * 3 + 4);
    if (length <= SHORT_TEXT && this.#shortText(value)) return length;
    // A length may be written with more digits than it needs, so it need not be known before.
    const digits = length * 3 < 16_384 ? 2 : 4;
    const written = this.#block.write(value, this.#at + digits);
    let rest = written;
    for (let digit = 1; digit < digits; digit += 1) {
      this.#block[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#block[this.#at++] = rest;
    this.#at += written;
    return written;
  }

  /** False, and nothing is written, when a letter is not ASCII. */
  #shortText(value: string): boolean {
    const block = this.#block;
    let at = this.#at;
    block[at++] = value.length;
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 127) return false;
      block[at++] = code;
    }
    this.#at = at;
    return true;
  }

  /** Makes room for `bytes` more; a row that does not fit moves to a new block. */
  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#block.length) return;
    const block = Buffer.allocUnsafeSlow(Math.max(BLOCK_SIZE, this.size + bytes));
    this.#block.copy(block, 0, this.#start, this.#at);
    this.#at = this.size;
    this.#start = 0;
    this.#block = block;
  }
}

/** Writes a number over four bytes, as `uint32` would have; gives the place behind. */
export function putUint32(block: Buffer, value: number, at: number): number {
  block[at] = value;
  block[at + 1] = value >>> 8;
  block[at + 2] = value >>> 16;
  block[at + 3] = value >>> 24;
  return at + 4;
}

/** The bytes of rows in their order: neighbours as one piece, without a copy. */
export function piecesOf(rows: readonly BinaryRow[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let index = 1; index <= rows.length; index += 1) {
    const last = rows[index - 1];
    const next = rows[index];
    if (!last || (next && next.block === last.block && next.start === last.end)) continue;
    pieces.push(last.block.subarray(rows[from]?.start, last.end));
    from = index;
  }
  return pieces;
}
