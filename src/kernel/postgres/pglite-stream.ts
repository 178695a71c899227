import { Duplex } from 'node:stream';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';

/** Looks like a socket to `pg` and is a message port to the worker that holds PGlite: no file, no port, nobody else can connect. */
export class PGliteStream extends Duplex {
  readonly #worker: Worker;
  #port: MessagePort | undefined;

  constructor(worker: Worker) {
    super();
    this.#worker = worker;
  }

  /** Called by `pg` with the host and port of its configuration, which mean nothing here. */
  connect(): this {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (chunk: Uint8Array) => this.push(chunk));
    port1.on('close', () => {
      this.push(null);
      this.destroy();
    });
    this.#worker.postMessage({ connect: port2 }, [port2]);
    setImmediate(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    this.#port?.ref();
    return this;
  }
  unref(): this {
    this.#port?.unref();
    return this;
  }

  override _read(): void {
    // Answers are pushed as they arrive: the engine runs one unit at a time, so what is unread is bounded by one answer.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send([chunk]);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#send(chunks.map((part) => part.chunk));
    done();
  }

  override _final(done: () => void): void {
    this.#port?.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#port?.close();
    done(error);
  }

  #send(chunks: readonly Buffer[]): void {
    // A copy of its own: `pg` reuses its write buffer, and the copy can be moved to the worker instead of cloned.
    const copy = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      copy.set(chunk, at);
      at += chunk.length;
    }
    this.#port?.postMessage(copy, [copy.buffer]);
  }
}
