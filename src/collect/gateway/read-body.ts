import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { eventLimits } from '../stream/contract.ts';
import { refuseGateway } from './contract.ts';

const unpack = promisify(gunzip);

/**
 * The JSON object of a request's body. Whether it is packed is read from its first bytes, because clients send wrong headers
 * (RFC 1952, section 2.3.1: 1f 8b). The limit holds for what comes out, so a small bomb does no harm.
 */
export async function readBody(bytes: Buffer): Promise<Record<string, unknown>> {
  const isPacked = bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = (isPacked ? await unpacked(bytes) : bytes).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw refuseGateway('body_unreadable');
  }
  if (!isObject(value)) throw refuseGateway('body_unreadable');
  return value;
}

async function unpacked(bytes: Buffer): Promise<Buffer> {
  try {
    return await unpack(bytes, { maxOutputLength: eventLimits.batchSizeMaxBytes });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE')
      throw refuseGateway('body_too_large', { details: { max: eventLimits.batchSizeMaxBytes } });
    throw refuseGateway('gzip_broken');
  }
}

/** A JSON object, not a list and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
