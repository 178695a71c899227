import type { z } from 'zod';

/** HTTP verbs that a route may answer. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * A route as both sides know it: the server binds a handler to it, the console and the tests call it, and the OpenAPI document is made from it.
 * Pure: a `contract.ts` may hold it and the browser may import it.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> {
  /** Unique name, `slice.verb_noun`; becomes the operationId. */
  id: string;
  method: Method;
  /** Path with `:name` parameters. Everything that belongs to a project lies below `/api/projects/:projectId/`. */
  path: string;
  /** One sentence for the reference page. */
  summary: string;
  /**
   * Who may call: `public`, `member` (anyone signed in), or a permission such as `segments.write`, which the slice that owns it grants to roles in
   * its `permissions`. Checked before the body is validated.
   */
  access: string;
  params?: Params;
  query?: Query;
  body?: Body;
  /** The shape of a 200/201 answer. Absent: 204 without a body. */
  reply?: Reply;
  /** 200 unless set. */
  status?: 200 | 201 | 202 | 204;
  /** Bytes; 1 MiB unless set. */
  bodySizeMax?: number;
}

/** Gives a route its exact type. */
export function defineRoute<
  Params extends z.ZodType = z.ZodType<Record<string, never>>,
  Query extends z.ZodType = z.ZodType<Record<string, never>>,
  Body extends z.ZodType = z.ZodType<undefined>,
  Reply extends z.ZodType = z.ZodType<undefined>,
>(route: Route<Params, Query, Body, Reply>): Route<Params, Query, Body, Reply> {
  return route;
}

export type ParamsOf<R> = R extends Route<infer P, z.ZodType, z.ZodType, z.ZodType> ? z.output<P> : never;
export type QueryOf<R> = R extends Route<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.output<Q> : never;
export type BodyOf<R> = R extends Route<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.output<B> : never;
export type BodyInputOf<R> = R extends Route<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.input<B> : never;
export type QueryInputOf<R> = R extends Route<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.input<Q> : never;
export type ReplyOf<R> = R extends Route<z.ZodType, z.ZodType, z.ZodType, infer A> ? z.output<A> : never;

/** The body of every answer that is not 2xx. */
export interface ErrorReply {
  error: {
    /** `slice.reason`, e.g. `segments.rule_too_deep`. */
    code: string;
    /** For the reader, in the language of `Accept-Language` (zh-CN or en): what happened and the way out. */
    message: string;
    /** What is wrong where, for 400s. `path` is dotted, `body.` / `query.` / `params.` first. */
    issues?: { path: string; message: string }[];
    /** Parameters of the message, e.g. `{ needed: 3000, has: 2500 }`. */
    details?: Record<string, unknown>;
    requestId: string;
  };
}
