import swagger from '@fastify/swagger';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { BoundRoute } from './handle.ts';

const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'requestId'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        issues: { type: 'array', items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } } },
        details: { type: 'object', additionalProperties: true },
        requestId: { type: 'string' },
      },
    },
  },
} as const;

/** `GET /openapi.json` (OpenAPI 3.1, made from the contracts) and a readable page at `/docs`. Register before the routes. */
export async function addReference(app: FastifyInstance, routes: readonly BoundRoute[]): Promise<void> {
  const tags = [...new Set(routes.map(({ route }) => route.id.split('.')[0] ?? route.id))];
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Perennial', version: '0.1.0', description: 'Every error has the shape of the schema Error.' },
      tags: tags.map((name) => ({ name })),
      components: {
        schemas: { Error: structuredClone(ERROR_SCHEMA) as unknown as Record<string, never> },
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'perennial_session' },
          secretKey: { type: 'http', scheme: 'bearer', description: 'A secret key of the project (sk_...)' },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  await app.register(scalar, {
    routePrefix: '/docs',
    configuration: { url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true },
  });
}
