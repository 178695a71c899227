import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AppError } from '../../../kernel/errors/errors.ts';
import { checkHost, guardedLookup, PrivateAddressError } from '../../../kernel/outbound/addresses.ts';
import { guardedRequest, OutboundError } from '../../../kernel/outbound/guarded-request.ts';
import type { SecretBox } from '../../../kernel/secret-box.ts';
import { refuseFile } from '../refuse-file.ts';
import type { FileLocation } from '../tables.ts';
import type { ImportFiles } from './import-files.ts';

const REDIRECTS_MAX = 5;
const IDLE_TIMEOUT_MS = 60_000;
const PROGRESS_EVERY_MS = 1_000;

export interface FetchParts {
  files: ImportFiles;
  box: SecretBox;
  allowsPrivate: boolean;
}

/** Downloads a linked file. What the other side refuses, and addresses that are not public, make the file fail with the reason. */
export async function fetchFile(parts: FetchParts, { projectId, fileId }: { projectId: number; fileId: string }, signal: AbortSignal): Promise<void> {
  const { files } = parts;
  const row = await files.find(projectId, fileId);
  if (row.state !== 'arriving' || row.location === null) return;
  try {
    const { body, sizeBytes } = await open(parts, row.location, signal);
    if (sizeBytes !== null) files.checkSize(sizeBytes);
    const lengthMax = Math.min(files.store.sizeMax, sizeBytes ?? files.store.sizeMax);
    let told = Date.now();
    const onBytes = (arrived: number): void => {
      if (Date.now() - told < PROGRESS_EVERY_MS) return;
      told = Date.now();
      files.progress(fileId, arrived, sizeBytes).catch(() => {});
    };
    const { arrived, fault } = await files.store.append(fileId, body, { offset: 0, lengthMax, onBytes });
    if (fault !== undefined) throw fault;
    if (sizeBytes !== null && arrived < sizeBytes) throw refuseFile('link_failed', { details: { reason: `${arrived} of ${sizeBytes} bytes` } });
    await files.finish(projectId, fileId, arrived);
  } catch (error) {
    signal.throwIfAborted();
    await files.fail(projectId, fileId, inWords(error));
  }
}

interface OpenedLink {
  body: Readable;
  sizeBytes: number | null;
}

async function open(parts: FetchParts, location: FileLocation, signal: AbortSignal): Promise<OpenedLink> {
  if (location.kind === 's3') return openObject(parts, location, signal);
  const { allowsPrivate } = parts;
  const reply = await guardedRequest({ url: location.url, allowsPrivate, idleTimeoutMs: IDLE_TIMEOUT_MS, redirectsMax: REDIRECTS_MAX, signal });
  if (reply.status !== 200) {
    reply.body.resume();
    throw refuseFile('link_failed', { details: { reason: `HTTP ${reply.status}` } });
  }
  const length = reply.headers['content-length'];
  return { body: reply.body, sizeBytes: length === undefined ? null : Number(length) };
}

async function openObject(parts: FetchParts, location: FileLocation & { kind: 's3' }, signal: AbortSignal): Promise<OpenedLink> {
  const { endpoint, region, bucket, key, accessKeyId, sealedSecret } = location;
  const lookup = guardedLookup(parts.allowsPrivate);
  if (endpoint !== null) checkHost(new URL(endpoint).hostname, parts.allowsPrivate);
  const client = new S3Client({
    region,
    ...(endpoint !== null && { endpoint, forcePathStyle: true }),
    credentials: { accessKeyId, secretAccessKey: parts.box.open(sealedSecret) },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 3,
    requestHandler: {
      httpAgent: new HttpAgent({ lookup }),
      httpsAgent: new HttpsAgent({ lookup }),
      connectionTimeout: 10_000,
      socketTimeout: IDLE_TIMEOUT_MS,
    },
  });
  const reply = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
  const body = reply.Body as Readable | undefined;
  if (!body) throw refuseFile('link_failed', { details: { reason: 'empty answer' } });
  body.once('close', () => client.destroy());
  return { body, sizeBytes: reply.ContentLength ?? null };
}

function inWords(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof PrivateAddressError) return refuseFile('link_private', { details: { host: error.host } });
  if (error instanceof OutboundError) return refuseFile('link_failed', { details: { reason: error.message } });
  const { code, name, message } = error as { code?: string; name?: string; message?: string };
  if (code === 'ENOSPC') return error;
  return refuseFile('link_failed', { details: { reason: [name === 'Error' ? code : name, message].filter(Boolean).join(': ').slice(0, 200) } });
}

/** The last part of an address, as the file's name. */
export function nameOfLocation(location: FileLocation): string {
  const path = location.kind === 'url' ? new URL(location.url).pathname : location.key;
  return decodeSafely(basename(path)).slice(0, 200) || (location.kind === 'url' ? new URL(location.url).hostname : location.bucket);
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
