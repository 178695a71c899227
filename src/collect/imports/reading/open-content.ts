import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Compression, Encoding } from './shape.ts';
import { openZipEntry, zipEntries } from './zip.ts';

/** A file on disk and how it is packed. */
export interface PackedFile {
  path: string;
  compression: Compression;
  /** Hears how many bytes of the file as it lies on disk were read, for progress. */
  onBytes?(count: number): void;
}

/** The unpacked parts of a file one after another: one, or the files of an archive (each may be gzipped once more). */
export async function* openParts(file: PackedFile): AsyncGenerator<Readable> {
  const onBytes = (count: number): void => file.onBytes?.(count);
  if (file.compression === 'zip') {
    for (const entry of await zipEntries(file.path)) {
      const bytes = await openZipEntry(file.path, entry, onBytes);
      yield entry.name.endsWith('.gz') ? gunzip(bytes) : bytes;
    }
    return;
  }
  const bytes = createReadStream(file.path, { highWaterMark: 262_144 });
  bytes.on('data', (chunk) => onBytes(chunk.length));
  yield file.compression === 'gzip' ? gunzip(bytes) : bytes;
}

function gunzip(bytes: Readable): Readable {
  const unpacked = createGunzip({ chunkSize: 262_144 });
  bytes.once('error', (error) => unpacked.destroy(error));
  unpacked.once('close', () => bytes.destroy());
  return bytes.pipe(unpacked);
}

/** Texts of one part, decoded; half characters wait for their other half. A mark at the start (BOM) is left out. */
export async function* decode(bytes: Readable, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  try {
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') yield text;
    }
    const rest = decoder.decode();
    if (rest !== '') yield rest;
  } finally {
    bytes.destroy();
  }
}
