import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RawPlugin } from '../../kernel/http/server-parts.ts';
import type { AccessApi } from '../../workspace/access/index.ts';
import { projectIdSchema } from '../../workspace/projects/contract.ts';
import { type ImportFile, refuseImport } from './contract.ts';
import { type ImportFiles, presentFile } from './files/import-files.ts';
import type { ImportsApi } from './import.ts';
import { refuseFile } from './refuse-file.ts';

interface ContentParts {
  access: Pick<AccessApi, 'authenticate' | 'authorise'>;
  files: ImportFiles;
  imports: Pick<ImportsApi, 'get'>;
}

const offsetSchema = z.coerce.number().int().min(0).default(0);

/** Bytes of files: the way in, as a stream straight to the disk, and the way out of rows that were not taken. */
export function contentPlugin(parts: ContentParts): RawPlugin {
  return {
    name: 'import content',
    prefix: '/api/projects/:projectId',
    register(app) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      app.put('/import-files/:fileId/content', async (request) => receive(request, parts));
      app.get('/imports/:importId/bad-rows', async (request, reply) => sendBadRows(request, reply, parts));
    },
  };
}

async function receive(request: FastifyRequest, parts: ContentParts): Promise<ImportFile> {
  const { projectId, id } = await admit(request, parts, { permission: 'imports.write', name: 'fileId' });
  const offset = offsetSchema.safeParse((request.query as Record<string, unknown>).offset);
  if (!offset.success) throw refuseFile('file_offset', { details: { arrived: 0, state: 'arriving' } });
  return presentFile(await parts.files.receive(projectId, id, { offset: offset.data, bytes: (request.body as Readable | undefined) ?? request.raw }));
}

async function sendBadRows(request: FastifyRequest, reply: FastifyReply, parts: ContentParts): Promise<FastifyReply> {
  const { projectId, id } = await admit(request, parts, { permission: 'imports.read', name: 'importId' });
  const { import: found } = await parts.imports.get(projectId, id);
  for (const kind of ['csv', 'jsonl'] as const) {
    const path = parts.files.store.badRowsPath(id, kind);
    const size = await stat(path).then(
      (file) => file.size,
      () => undefined,
    );
    if (size === undefined) continue;
    const name = `${found.name.replace(/(\.(csv|tsv|txt|jsonl|ndjson|json|parquet|gz|zip))+$/i, '')}-bad-rows.${kind}`;
    reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`);
    reply.header('x-content-type-options', 'nosniff');
    return reply.type(kind === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson; charset=utf-8').send(createReadStream(path));
  }
  throw refuseFile('file_gone');
}

async function admit(
  request: FastifyRequest,
  { access }: ContentParts,
  { permission, name }: { permission: string; name: 'fileId' | 'importId' },
): Promise<{ projectId: number; id: string }> {
  const principal = await access.authenticate({ method: request.method, headers: request.headers, cookies: request.cookies, ip: request.ip });
  const given = request.params as Record<string, string>;
  const projectId = projectIdSchema.safeParse(given.projectId);
  await access.authorise(principal, { access: permission }, projectId.success ? projectId.data : 0);
  const id = z.uuid().safeParse(given[name]);
  if (!id.success || !projectId.success) throw name === 'fileId' ? refuseFile('file_unknown') : refuseImport('unknown_import');
  return { projectId: projectId.data, id: id.data };
}
