import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { eventLimits } from '../stream/contract.ts';
import { refuseGateway } from './contract.ts';

const unzip = promisify(gunzip);

/** Whether the bytes begin like gzip (RFC 1952, section 2.3.1: 1f 8b). Clients send wrong headers, so nothing else is believed. */
export function isPacked(bytes: Buffer): boolean {
  return bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes unpacked when they are packed. The limit holds for what comes out, so a small bomb does no harm. */
export async function unpack(bytes: Buffer, maxBytes: number = eventLimits.batchSizeMaxBytes): Promise<Buffer> {
  if (!isPacked(bytes)) {
    if (bytes.length > maxBytes) throw refuseGateway('body_too_large', { details: { max: maxBytes } });
    return bytes;
  }
  try {
    return await unzip(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw refuseGateway('body_too_large', { details: { max: maxBytes } });
    throw refuseGateway('gzip_broken');
  }
}

/** JSON of bytes or text, with or without a byte order mark. Throws `gateway.body_unreadable`. */
export function parseJson(bytes: Buffer | string): unknown {
  const text = typeof bytes === 'string' ? bytes : bytes.toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw refuseGateway('body_unreadable');
  }
}

/** Fields of a form (`a=1&b=2`), whatever its content type says. */
export function parseForm(bytes: Buffer): URLSearchParams {
  return new URLSearchParams(bytes.toString('utf8'));
}

/** A JSON object, not a list and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
