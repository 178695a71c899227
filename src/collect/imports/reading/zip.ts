import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { refuseFile } from '../refuse-file.ts';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_SIZE = 22;
const COMMENT_MAX = 65_535;
const ENTRIES_MAX = 20_000;
const LOCAL_HEADER_SIZE = 30;

/** A file inside an archive. */
export interface ZipEntry {
  name: string;
  method: number;
  packedBytes: number;
  offset: number;
}

/** The files of a ZIP archive in their order (APPNOTE.TXT 4.3; no ZIP64, no encryption). Folders and the notes of macOS are left out. */
export async function zipEntries(path: string): Promise<ZipEntry[]> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const tail = await part(handle, Math.max(0, size - END_SIZE - COMMENT_MAX), Math.min(size, END_SIZE + COMMENT_MAX));
    const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (at < 0 || tail.length - at < END_SIZE || tail.readUInt32LE(at) !== END_SIGNATURE)
      throw refuseFile('file_unreadable', { details: { reason: 'zip' } });
    const count = tail.readUInt16LE(at + 10);
    const length = tail.readUInt32LE(at + 12);
    const start = tail.readUInt32LE(at + 16);
    if (count === 0xffff || start === 0xffffffff || count > ENTRIES_MAX || start + length > size)
      throw refuseFile('file_unreadable', { details: { reason: 'zip64' } });
    return readDirectory(await part(handle, start, length), count);
  } finally {
    await handle.close();
  }
}

function readDirectory(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count && at + 46 <= directory.length; index += 1) {
    if (directory.readUInt32LE(at) !== ENTRY_SIGNATURE) break;
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.subarray(at + 46, at + 46 + nameLength).toString('utf8');
    const isEncrypted = (directory.readUInt16LE(at + 8) & 1) === 1;
    if (isEncrypted) throw refuseFile('file_unreadable', { details: { reason: 'zip encrypted' } });
    if (!name.endsWith('/') && !name.startsWith('__MACOSX/'))
      entries.push({
        name,
        method: directory.readUInt16LE(at + 10),
        packedBytes: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** The bytes of one file of an archive, unpacked. `onBytes` hears how many packed bytes were read. */
export async function openZipEntry(path: string, entry: ZipEntry, onBytes: (count: number) => void): Promise<Readable> {
  if (entry.method !== 0 && entry.method !== 8) throw refuseFile('file_unreadable', { details: { reason: `zip method ${entry.method}` } });
  const handle = await open(path);
  const header = await part(handle, entry.offset, LOCAL_HEADER_SIZE);
  const start = entry.offset + LOCAL_HEADER_SIZE + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = handle.createReadStream({ start, end: start + Math.max(entry.packedBytes, 1) - 1 });
  packed.on('data', (chunk) => onBytes(chunk.length));
  if (entry.method === 0) return packed;
  const inflate = createInflateRaw();
  packed.once('error', (error) => inflate.destroy(error));
  inflate.once('close', () => packed.destroy());
  return packed.pipe(inflate);
}

async function part(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, start);
  return buffer.subarray(0, bytesRead);
}
