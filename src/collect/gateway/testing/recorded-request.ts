import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IncomingEvent } from '../../stream/contract.ts';
import type { Dialect, DialectBatch, DialectRequest } from '../dialect.ts';
import { parseJson, unpack } from '../read-body.ts';

/** A request as a real client sent it; `testing/wire` holds them. */
export interface RecordedRequest {
  client: string;
  case: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  bodyBase64?: string;
}

export function recordedRequests(file: string): RecordedRequest[] {
  const text = readFileSync(join(import.meta.dirname, 'wire', `${file}.jsonl`), 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RecordedRequest);
}

/** 22 November 2026, the day of the recordings. */
export const RECEIVED_AT = Date.UTC(2026, 10, 22, 7, 20);

/** The request as a dialect gets it. */
export async function dialectRequest({ method, url, headers, bodyBase64 = '' }: RecordedRequest): Promise<DialectRequest> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const body = await unpack(Buffer.from(bodyBase64, 'base64'), 32 * 1024 * 1024);
  let count = 0;
  return {
    method,
    path: pathname.replace(/\/$/, ''),
    params: {},
    query: searchParams,
    headers,
    body,
    json: () => parseJson(body),
    ip: '203.0.113.7',
    receivedAt: RECEIVED_AT,
    origin: 'http://localhost',
    mount: '',
    token: undefined,
    newId: () => `made-${++count}`,
  };
}

/** Reads the request with the dialect's route for its path. */
export async function readRecorded(dialect: Dialect, recorded: RecordedRequest): Promise<DialectBatch> {
  const request = await dialectRequest(recorded);
  const route = dialect.routes.find(({ path, methods }) => path === request.path && methods.includes(request.method as 'GET' | 'POST'));
  if (!route) throw new Error(`${dialect.name} has no route for ${request.method} ${request.path}`);
  const said = await route.read(request);
  if ('answer' in said) throw new Error('The request brought no events');
  return said;
}

/** Events of a batch; throws the first refusal. */
export function eventsOf(batch: DialectBatch): IncomingEvent[] {
  return batch.messages.map((message) => {
    if ('error' in message) throw message.error;
    return message.event;
  });
}

/** A request made by hand. */
export function request(method: string, url: string, body: string | object = '', headers: Record<string, string> = {}): RecordedRequest {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { client: 'test', case: 'test', method, url, headers, bodyBase64: Buffer.from(text).toString('base64') };
}
