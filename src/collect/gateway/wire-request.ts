import type { FastifyRequest } from 'fastify';
import type { DialectRequest } from './dialect.ts';
import { parseJson } from './read-body.ts';

const NOT_PARSED = Symbol('not parsed');

/** A request over the wire; what only some dialects ask for is made when they ask. */
export class WireRequest implements DialectRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: DialectRequest['headers'];
  readonly body: Buffer;
  readonly receivedAt: number;
  readonly mount: string;
  readonly token: string | undefined;
  readonly newId: () => string;
  readonly #request: FastifyRequest;
  readonly #query: string;
  #parsed: unknown = NOT_PARSED;
  #search: URLSearchParams | undefined;

  constructor(request: FastifyRequest, parts: { body: Buffer; mountedAs: string | undefined; receivedAt: number; newId(): string }) {
    const mark = request.url.indexOf('?');
    const path = mark < 0 ? request.url : request.url.slice(0, mark);
    const params = request.params as Record<string, string>;
    this.method = request.method;
    this.params = params;
    this.token = parts.mountedAs === undefined ? undefined : params.mountKey;
    this.mount = parts.mountedAs === undefined ? '' : (/^\/c\/[^/]+\/[^/]+/.exec(path)?.[0] ?? '');
    this.path = path.slice(this.mount.length).replace(/\/+$/, '');
    this.headers = request.headers;
    this.body = parts.body;
    this.receivedAt = parts.receivedAt;
    this.newId = parts.newId;
    this.#request = request;
    this.#query = mark < 0 ? '' : request.url.slice(mark + 1);
  }

  get query(): URLSearchParams {
    this.#search ??= new URLSearchParams(this.#query);
    return this.#search;
  }

  get ip(): string {
    return this.#request.ip;
  }

  get origin(): string {
    return `${this.#request.protocol}://${this.#request.host}`;
  }

  json(): unknown {
    if (this.#parsed === NOT_PARSED) this.#parsed = parseJson(this.body);
    return this.#parsed;
  }
}
