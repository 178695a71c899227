import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { checkHost, guardedLookup } from './addresses.ts';

/** A request to an address that a member wrote down. */
export interface OutboundRequest {
  url: string;
  method?: 'GET' | 'POST' | 'HEAD';
  headers?: Record<string, string>;
  body?: Buffer | string;
  /** Lets it reach private addresses; cloud metadata stays closed. */
  allowsPrivate: boolean;
  /** Time without a byte after which it is given up. */
  idleTimeoutMs: number;
  /** Redirects that are followed (GET and HEAD only); each is judged like the first address. */
  redirectsMax?: number;
  signal?: AbortSignal;
}

export interface OutboundReply {
  status: number;
  headers: IncomingHttpHeaders;
  /** Where the last redirect led. */
  url: string;
  body: Readable;
}

/** Why a request could not be made at all. */
export class OutboundError extends Error {
  readonly reason: 'scheme' | 'redirects' | 'timeout';
  constructor(reason: OutboundError['reason'], message: string) {
    super(message);
    this.name = 'OutboundError';
    this.reason = reason;
  }
}

/**
 * Makes an HTTP(S) request that cannot be turned against our own network: private addresses are refused at the moment of connecting (a name that
 * changes its address in between is caught), also behind redirects. Throws `PrivateAddressError`, `OutboundError` and what sockets throw.
 */
export async function guardedRequest(given: OutboundRequest): Promise<OutboundReply> {
  let url = given.url;
  for (let left = given.redirectsMax ?? 0; ; left -= 1) {
    const reply = await once({ ...given, url });
    const location = reply.headers.location;
    const isRedirect = reply.status >= 300 && reply.status < 400 && location !== undefined && given.method !== 'POST';
    if (!isRedirect || given.redirectsMax === undefined) return { ...reply, url };
    reply.body.resume();
    if (left <= 0) throw new OutboundError('redirects', `more than ${given.redirectsMax} redirects`);
    url = new URL(location, url).href;
  }
}

function once(given: OutboundRequest): Promise<Omit<OutboundReply, 'url'>> {
  const target = new URL(given.url);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') throw new OutboundError('scheme', `${target.protocol} is not http or https`);
  checkHost(target.hostname, given.allowsPrivate);
  const send = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request: ClientRequest = send(target, {
      method: given.method ?? 'GET',
      headers: { 'user-agent': 'Perennial', ...given.headers, ...(given.body !== undefined && { 'content-length': Buffer.byteLength(given.body) }) },
      lookup: guardedLookup(given.allowsPrivate),
      agent: false,
      ...(given.signal && { signal: given.signal }),
    });
    request.setTimeout(given.idleTimeoutMs, () => request.destroy(new OutboundError('timeout', `no answer within ${given.idleTimeoutMs} ms`)));
    request.once('error', reject);
    request.once('response', (message: IncomingMessage) => resolve({ status: message.statusCode ?? 0, headers: message.headers, body: message }));
    request.end(given.body);
  });
}

/** Reads an answer as text, at most `bytesMax` of it. */
export async function readText(body: Readable, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax).toString('utf8');
}
