import type { z } from 'zod';
import type { BodyOf, ParamsOf, QueryOf, ReplyOf, Route } from './contract.ts';

/** Who is calling. */
export type Principal =
  | { kind: 'anonymous' }
  | { kind: 'member'; memberId: string; email: string /** Role in the project of the route, when the route has one. */; role?: string }
  | { kind: 'key'; keyId: string; projectId: number; keyKind: 'write' | 'secret' };

/** Language of texts for people. */
export type Locale = 'zh-CN' | 'en';

/** What a handler gets: everything is validated and authorised before it runs. */
export interface Call<R> {
  params: ParamsOf<R>;
  query: QueryOf<R>;
  body: BodyOf<R>;
  principal: Principal;
  locale: Locale;
  requestId: string;
  /** Aborts when the caller goes away. */
  signal: AbortSignal;
  /** For sign-in, sign-out and downloads only. */
  setHeader(name: string, value: string | string[]): void;
  header(name: string): string | undefined;
  ip: string;
}

/** Any route, its types forgotten. */
export type AnyRoute = Route<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

/** A route with its handler, its types forgotten. */
export interface BoundRoute {
  route: AnyRoute;
  handler(call: Call<AnyRoute>): Promise<unknown>;
}

/** Binds a handler to a route of the contract. */
export function handle<R extends AnyRoute>(route: R, handler: (call: Call<R>) => Promise<ReplyOf<R>>): BoundRoute {
  return { route, handler: handler as unknown as BoundRoute['handler'] };
}
