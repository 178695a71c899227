/** PostgreSQL's wire protocol 3.0, as much of it as a server in front of one PGlite needs. */

const PROTOCOL_3 = 196_608;
const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;
const SYNC = 0x53;
const SIMPLE_QUERY = 0x51;
const TERMINATE = 0x58;
const READY_FOR_QUERY = 0x5a;

/** What a client asked for: greetings are answered by the server itself, a `unit` goes to the engine whole, `end` is a farewell. */
export type Request = { kind: 'startup' | 'ssl' | 'cancel' | 'end' } | { kind: 'unit'; bytes: Uint8Array };

/**
 * Cuts a client's bytes into units that the engine must run without another client in between: one simple query, or everything up to and
 * including Sync. All clients share one backend and with it one unnamed statement, so a unit that is torn apart answers with another client's rows.
 */
export class RequestReader {
  #pending: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #chunkBytes = 0;
  #isGreeted = false;
  #unitEnd = 0;

  /** Takes what arrived and gives the requests that are complete. */
  push(chunk: Uint8Array): Request[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#chunks.push(bytes);
    this.#chunkBytes += bytes.length;
    if (this.#chunkBytes < this.#bytesWanted()) return [];
    this.#pending = Buffer.concat([this.#pending, ...this.#chunks]);
    this.#chunks = [];
    this.#chunkBytes = 0;
    return this.#cut();
  }

  /** A message of many megabytes comes in many chunks: joining them once it is whole keeps the work linear. */
  #bytesWanted(): number {
    const at = this.#unitEnd;
    if (!this.#isGreeted || this.#pending.length < at + 5) return 0;
    return at + 1 + this.#pending.readInt32BE(at + 1) - this.#pending.length;
  }

  #cut(): Request[] {
    const requests: Request[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) requests.push(next);
    return requests;
  }

  #next(): Request | undefined {
    if (!this.#isGreeted) return this.#greeting();
    while (this.#pending.length >= this.#unitEnd + 5) {
      const type = this.#pending[this.#unitEnd];
      const end = this.#unitEnd + 1 + this.#pending.readInt32BE(this.#unitEnd + 1);
      if (this.#pending.length < end) return undefined;
      this.#unitEnd = end;
      if (type === SYNC || type === SIMPLE_QUERY || type === TERMINATE) {
        const bytes = this.#take(end);
        return type === TERMINATE ? { kind: 'end' } : { kind: 'unit', bytes };
      }
    }
    return undefined;
  }

  #greeting(): Request | undefined {
    if (this.#pending.length < 8) return undefined;
    const length = this.#pending.readInt32BE(0);
    const code = this.#pending.readInt32BE(4);
    if (this.#pending.length < length) return undefined;
    this.#take(length);
    if (code === SSL_REQUEST) return { kind: 'ssl' };
    if (code === CANCEL_REQUEST) return { kind: 'cancel' };
    if (code !== PROTOCOL_3) return { kind: 'end' };
    this.#isGreeted = true;
    return { kind: 'startup' };
  }

  #take(length: number): Uint8Array {
    const bytes = new Uint8Array(this.#pending.subarray(0, length));
    this.#pending = this.#pending.subarray(length);
    this.#unitEnd = 0;
    return bytes;
  }
}

/** The answer to a startup message: authenticated, the parameters that drivers look at, ready. */
export function welcome(): Uint8Array {
  const parameters = {
    server_version: '18.0',
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    TimeZone: 'UTC',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
    DateStyle: 'ISO, MDY',
  };
  const statuses = Object.entries(parameters).map(([name, value]) => message('S', Buffer.from(`${name}\0${value}\0`)));
  return Buffer.concat([message('R', Buffer.from([0, 0, 0, 0])), ...statuses, message('K', Buffer.alloc(8)), message('Z', Buffer.from('I'))]);
}

/** An ErrorResponse and ReadyForQuery, for faults of the engine itself. */
export function failure(text: string): Uint8Array {
  const fields = Buffer.from(`SERROR\0VERROR\0CXX000\0M${text}\0\0`);
  return Buffer.concat([message('E', fields), message('Z', Buffer.from('I'))]);
}

/** True when an answer of the engine ends inside a transaction block (also a failed one). */
export function endsInTransaction(answer: Uint8Array): boolean {
  const at = answer.length - 6;
  return at >= 0 && answer[at] === READY_FOR_QUERY && answer[at + 5] !== 'I'.charCodeAt(0);
}

function message(type: string, body: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.write(type, 0, 'latin1');
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}
