import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refuseFile } from '../refuse-file.ts';

/** Files of imports on disk. Every process that takes or runs imports must see the same folder. */
export class FileStore {
  readonly folder: string;
  readonly sizeMax: number;

  constructor(folder: string, sizeMax: number) {
    this.folder = folder;
    this.sizeMax = sizeMax;
  }

  path(fileId: string): string {
    return join(this.folder, `${fileId}.file`);
  }

  /** Rows that were not taken: as a table for tables, as JSON lines otherwise. */
  badRowsPath(importId: string, format: 'csv' | 'jsonl'): string {
    return join(this.folder, `${importId}.bad.${format}`);
  }

  /** Appends bytes from `offset` on and gives back how many the file has then, also when the sender broke off. Throws `imports.file_length` beyond `lengthMax`. */
  async append(
    fileId: string,
    bytes: Readable,
    { offset, lengthMax, onBytes }: { offset: number; lengthMax: number; onBytes?: (arrived: number) => void },
  ): Promise<{ arrived: number; fault?: Error }> {
    const path = this.path(fileId);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (offset > 0) await truncate(path, offset);
    let arrived = offset;
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        if (arrived + chunk.length > lengthMax) throw refuseFile('file_length', { details: { max: lengthMax } });
        arrived += chunk.length;
        onBytes?.(arrived);
        yield chunk;
      }
    }
    try {
      await pipeline(counted, createWriteStream(path, { flags: offset > 0 ? 'a' : 'w', mode: 0o600 }));
      return { arrived };
    } catch (error) {
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      return { arrived: Math.min(size, lengthMax), fault: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  /** SHA-256 of a file, in hexadecimal digits. */
  async hash(fileId: string): Promise<string> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(this.path(fileId), { highWaterMark: 1_048_576 }), hash);
    return hash.digest('hex');
  }

  /** Throws `imports.file_gone` when the file is not on this machine's disk. */
  async sizeOf(fileId: string): Promise<number> {
    try {
      return (await stat(this.path(fileId))).size;
    } catch {
      throw refuseFile('file_gone');
    }
  }

  /** The files of refused rows that these imports have on the disk. */
  async withBadRows(importIds: readonly string[]): Promise<{ importId: string; path: string }[]> {
    const there = new Set(await readdir(this.folder).catch(() => []));
    return importIds.flatMap((importId) =>
      (['csv', 'jsonl'] as const).flatMap((format) =>
        there.has(`${importId}.bad.${format}`) ? [{ importId, path: this.badRowsPath(importId, format) }] : [],
      ),
    );
  }

  async removeBadRows(importId: string): Promise<void> {
    for (const format of ['csv', 'jsonl'] as const) await rm(this.badRowsPath(importId, format), { force: true });
  }

  async remove(fileId: string): Promise<void> {
    await rm(this.path(fileId), { force: true });
  }
}
