import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AppError } from '../../../kernel/errors/errors.ts';
import { checkHost, guardedLookup, PrivateAddressError } from '../../../kernel/outbound/addresses.ts';
import { refuseExport } from '../contract.ts';
import type { StoreSettings } from '../tables.ts';

const SOCKET_TIMEOUT_MS = 60_000;
const PART_BYTES = 8 * 1_048_576;

/** A bucket, as deliveries use it. Refusals of the store become `exports.store_refused`. */
export class ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(settings: StoreSettings, secretAccessKey: string, allowsPrivate: boolean) {
    const lookup = guardedLookup(allowsPrivate);
    if (settings.endpoint !== null)
      try {
        checkHost(new URL(settings.endpoint).hostname, allowsPrivate);
      } catch (error) {
        throw inWords(error);
      }
    this.#bucket = settings.bucket;
    this.#client = new S3Client({
      region: settings.region,
      ...(settings.endpoint !== null && { endpoint: settings.endpoint, forcePathStyle: true }),
      credentials: { accessKeyId: settings.accessKeyId, secretAccessKey },
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 3,
      requestHandler: {
        httpAgent: new HttpAgent({ lookup }),
        httpsAgent: new HttpsAgent({ lookup }),
        connectionTimeout: 10_000,
        socketTimeout: SOCKET_TIMEOUT_MS,
      },
    });
  }

  /** Uploads a file from disk, large ones in parts; gives its size. */
  async putFile(key: string, path: string): Promise<number> {
    const { size } = await stat(path);
    const upload = new Upload({
      client: this.#client,
      partSize: PART_BYTES,
      queueSize: 2,
      params: { Bucket: this.#bucket, Key: key, Body: createReadStream(path), ContentType: 'application/vnd.apache.parquet' },
    });
    await this.#tell(upload.done());
    return size;
  }

  async putText(key: string, text: string): Promise<void> {
    await this.#tell(this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: text, ContentType: 'application/json' })));
  }

  async remove(key: string): Promise<void> {
    await this.#tell(this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key })));
  }

  close(): void {
    this.#client.destroy();
  }

  async #tell<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw inWords(error);
    }
  }
}

function inWords(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof PrivateAddressError) return refuseExport('private_address', { details: { host: error.host } });
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return refuseExport('unreachable', { details: { reason: code }, cause: error });
  return refuseExport('store_refused', { details: { reason: [name, message].filter(Boolean).join(': ').slice(0, 200) }, cause: error });
}
