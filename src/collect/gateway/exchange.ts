import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PluginTools } from '../../kernel/http/server.ts';
import { corsOfAnswer, corsOfPreflight } from './cors.ts';
import type { DialectAnswer } from './dialect.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';
const BYTES_TYPE = 'application/octet-stream';

/**
 * One request of a client and its answer. The answer is written past the framework, whose hooks and serialisers cost more than taking an event does; only
 * errors that no dialect has a form for go its way. Whatever is said after the first answer is dropped.
 */
export class Exchange {
  readonly request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #timed: PluginTools['timed'];
  readonly #startedAt = performance.now();
  #isAnswered = false;
  /** The body was not read to its end: the connection is of no further use. */
  isLast = false;

  constructor(wire: { request: FastifyRequest; reply: FastifyReply }, timed: PluginTools['timed']) {
    this.request = wire.request;
    this.#reply = wire.reply;
    this.#timed = timed;
  }

  get startedAt(): number {
    return this.#startedAt;
  }

  answer({ status, headers, body }: DialectAnswer, more?: Record<string, string>): void {
    if (this.#isAnswered) return;
    const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
    const sent = isJson ? JSON.stringify(body) : body;
    const lines = [...corsOfAnswer(this.request.headers)];
    let isTyped = false;
    for (const given of [headers, more]) {
      if (!given) continue;
      for (const name of Object.keys(given)) {
        lines.push(name, given[name] ?? '');
        isTyped ||= name === 'content-type';
      }
    }
    if (!isTyped && sent !== undefined) lines.push('content-type', isJson ? JSON_TYPE : typeof sent === 'string' ? TEXT_TYPE : BYTES_TYPE);
    if (sent !== undefined) lines.push('content-length', String(Buffer.byteLength(sent)));
    else if (status !== 204 && status !== 304) lines.push('content-length', '0');
    if (this.isLast) lines.push('connection', 'close');
    const { raw } = this.#reply;
    raw.writeHead(status, lines);
    this.#isAnswered = true;
    this.#reply.hijack();
    raw.end(sent);
    this.#timed(this.request.routeOptions.url ?? 'none', status, (performance.now() - this.#startedAt) / 1_000);
  }

  /** Answers with an error in the form of the product's own routes. */
  fail(error: unknown, headers?: Record<string, string>): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#reply.headers({ ...corsOfPreflight(this.request.headers), ...headers });
    if (this.isLast) this.#reply.header('connection', 'close');
    this.#reply.send(error);
    this.#timed(this.request.routeOptions.url ?? 'none', this.#reply.statusCode, (performance.now() - this.#startedAt) / 1_000);
  }
}
