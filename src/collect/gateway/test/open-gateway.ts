import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createServer } from '../../../kernel/http/server.ts';
import { loadTexts } from '../../../kernel/http/texts.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { StreamApi } from '../../stream/index.ts';
import { openTestStream, type TestStream } from '../../stream/testing/open-stream.ts';
import { door } from '../index.ts';

/** A gateway that listens on a port of its own, over test stores. */
export interface TestGateway extends TestStream {
  app: FastifyInstance;
  url: string;
  /** A project with its keys. */
  newKeys(): Promise<{ projectId: number; writeKey: string; secretKey: string }>;
  stop(): Promise<void>;
}

/** Opens it; `stream` may stand in front of the real one, for what only pressure brings about. */
export async function openTestGateway(wrap: (api: StreamApi) => StreamApi = (api) => api): Promise<TestGateway> {
  const on = await openTestStream();
  const { kernel } = on;
  const running = await door.start({ kernel, config: undefined, uses: { projects: on.projects, stream: wrap(on.stream.api) } });
  const src = join(import.meta.dirname, '..', '..', '..');
  const app = await createServer({
    routes: running.routes ?? [],
    plugins: running.plugins ?? [],
    guard: { authenticate: async () => ({ kind: 'member', memberId: 'm', email: 'm@example.com' }), authorise: async (principal) => principal },
    texts: loadTexts([
      { name: 'http', folder: join(src, 'kernel') },
      { name: 'gateway', folder: door.folder },
      { name: 'stream', folder: join(src, 'collect', 'stream') },
    ]),
    log: kernel.log,
    metrics: createMetrics(),
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  let count = 0;
  return {
    ...on,
    app,
    url,
    newKeys: async () => {
      count += 1;
      const { project, writeKey, secretKey } = await on.projects.create({ name: `Gateway ${count}`, timeZone: 'UTC', currency: 'CNY' });
      return { projectId: project.id, writeKey, secretKey };
    },
    stop: async () => {
      for (const service of running.services ?? []) await service.stop();
      await app.close();
      await on.stream.close();
      await on.close();
    },
  };
}
