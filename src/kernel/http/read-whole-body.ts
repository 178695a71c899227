import type { IncomingMessage } from 'node:http';

const EMPTY = Buffer.alloc(0);

/** What became of reading a body. */
export type WholeBody = { bytes: Buffer } | { isTooLarge: true };

/**
 * Reads a body of at most `maxBytes`, calling `done` once: for plugins that answer by themselves. Whoever goes away before the end is not told of, as nobody
 * is there to answer. A body that is too large is not read on: the answer must close the connection.
 */
export function readWholeBody(message: IncomingMessage, maxBytes: number, done: (body: WholeBody) => void): void {
  if (message.method === 'GET' || message.method === 'HEAD') {
    done({ bytes: EMPTY });
    return;
  }
  if (Number(message.headers['content-length']) > maxBytes) {
    done({ isTooLarge: true });
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > maxBytes) {
      message.off('data', take);
      message.off('end', end);
      done({ isTooLarge: true });
    } else chunks.push(chunk);
  };
  const end = (): void => done({ bytes: chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks, size) });
  message.on('data', take);
  message.on('end', end);
}
