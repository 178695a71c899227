import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refuseHttp } from './errors.ts';
import type { AnyRoute, BoundRoute, Call, Locale, Principal } from './handle.ts';
import type { ServerParts } from './server-parts.ts';
import { check, localeOf, type Texts } from './texts.ts';

const INT32_MAX = 2_147_483_647;
const projectIdSchema = z.coerce.number().int().positive().max(INT32_MAX);

/** Mounts one route of a contract: authenticate, authorise, validate, act, present. */
export function addRoute(app: FastifyInstance, bound: BoundRoute, parts: ServerParts): void {
  const { route } = bound;
  app.route({
    method: route.method,
    url: route.path,
    ...(route.bodySizeMax !== undefined && { bodyLimit: route.bodySizeMax }),
    schema: schemaOf(route),
    handler: async (request, reply) => answer(bound, request, reply, parts),
  });
}

/** The route's schemas as the OpenAPI generator wants them. They do not validate: `answer` does, in the reader's language. */
function schemaOf(route: AnyRoute): Record<string, unknown> {
  const status = route.status ?? (route.reply ? 200 : 204);
  return {
    operationId: route.id,
    summary: route.summary,
    tags: [route.id.split('.')[0] ?? route.id],
    ...(route.params && { params: route.params }),
    ...(route.query && { querystring: route.query }),
    ...(route.body && { body: route.body }),
    response: { [status]: route.reply ?? z.undefined().describe('Done') },
    security: route.access === 'public' ? [] : [{ session: [] }, { secretKey: [] }],
    'x-access': route.access,
  };
}

async function answer(bound: BoundRoute, request: FastifyRequest, reply: FastifyReply, parts: ServerParts): Promise<FastifyReply> {
  const { route } = bound;
  const locale = localeOf(request.headers['accept-language']);
  const principal = await admit(route, request, parts);
  const input = validate(route, request, { locale, texts: parts.texts });
  const gone = new AbortController();
  request.raw.once('close', () => {
    if (!reply.raw.writableEnded) gone.abort();
  });
  const call: Call<AnyRoute> = {
    ...input,
    principal,
    locale,
    requestId: String(request.id),
    signal: gone.signal,
    setHeader: (name, value) => void reply.header(name, value),
    header: (name) => {
      const value = request.headers[name.toLowerCase()];
      return Array.isArray(value) ? value[0] : value;
    },
    ip: request.ip,
  };
  const result = await bound.handler(call);
  if (!route.reply) return reply.status(route.status ?? 204).send();
  if (parts.checkReplies) route.reply.parse(JSON.parse(JSON.stringify(result)));
  return reply
    .status(route.status ?? 200)
    .type('application/json; charset=utf-8')
    .send(result);
}

/** An unreadable project id is answered like an unknown one, after the caller is known. */
async function admit(route: AnyRoute, request: FastifyRequest, parts: ServerParts): Promise<Principal> {
  const principal = await parts.guard.authenticate({ method: request.method, headers: request.headers, cookies: request.cookies, ip: request.ip });
  const named = (request.params as Record<string, string>).projectId;
  const projectId = named === undefined ? undefined : projectIdSchema.safeParse(named);
  return parts.guard.authorise(principal, route, projectId === undefined ? undefined : projectId.success ? projectId.data : 0);
}

/** A contract's own message is a key of its slice's texts (`audiences:issues.too_deep`), because a contract does not know the reader. */
function inWords(issue: { path: string; message: string }, { locale, texts }: { locale: Locale; texts: Texts }): { path: string; message: string } {
  const isKey = /^[a-z]+:[\w.]+$/.test(issue.message);
  return isKey ? { ...issue, message: texts.text(locale, issue.message.replace(':', '.')) ?? issue.message } : issue;
}

function validate(
  route: AnyRoute,
  request: FastifyRequest,
  reader: { locale: Locale; texts: Texts },
): { params: unknown; query: unknown; body: unknown } {
  const issues: { path: string; message: string }[] = [];
  const read = (schema: z.ZodType | undefined, value: unknown, where: string): unknown => {
    if (!schema) return undefined;
    const result = check(schema, value, where, reader.locale);
    if ('value' in result) return result.value;
    issues.push(...result.issues.map((issue) => inWords(issue, reader)));
    return undefined;
  };
  const input = {
    params: read(route.params, request.params, 'params'),
    query: read(route.query, request.query, 'query'),
    body: read(route.body, request.body ?? undefined, 'body'),
  };
  if (issues.length > 0) {
    const summary = issues
      .slice(0, 3)
      .map((issue) => `${issue.path.replace(/^(body|query|params)\./, '')}: ${issue.message}`)
      .join('; ');
    throw refuseHttp('invalid_input', { issues, details: { summary } });
  }
  return input;
}
