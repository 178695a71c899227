import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { RawPlugin } from '../../kernel/http/server-parts.ts';
import type { AccessApi } from '../../workspace/access/index.ts';
import { projectIdSchema } from '../../workspace/projects/contract.ts';
import { refuseExport } from './contract.ts';
import type { Downloads } from './downloads/downloads.ts';

const types = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8', parquet: 'application/vnd.apache.parquet' } as const;

/** The bytes of files that were made for download. */
export function contentPlugin({ access, downloads }: { access: Pick<AccessApi, 'authenticate' | 'authorise'>; downloads: Downloads }): RawPlugin {
  return {
    name: 'export content',
    prefix: '/api/projects/:projectId',
    register(app) {
      app.get('/export-downloads/:downloadId/content', async (request, reply) => {
        const principal = await access.authenticate({ method: request.method, headers: request.headers, cookies: request.cookies, ip: request.ip });
        const given = request.params as Record<string, string>;
        const projectId = projectIdSchema.safeParse(given.projectId);
        await access.authorise(principal, { access: 'exports.write' }, projectId.success ? projectId.data : 0);
        const id = z.uuid().safeParse(given.downloadId);
        if (!id.success || !projectId.success) throw refuseExport('unknown_download');
        const row = await downloads.find(projectId.data, id.data);
        if (row.state === 'removed') throw refuseExport('download_gone');
        if (row.state !== 'done') throw refuseExport('download_not_ready');
        const path = downloads.path(row);
        const size = await stat(path).then(
          (file) => file.size,
          () => {
            throw refuseExport('download_gone');
          },
        );
        reply.header('content-disposition', `attachment; filename="${row.content}-${row.created_at.toISOString().slice(0, 10)}.${row.format}"`);
        reply.header('content-length', size);
        reply.header('x-content-type-options', 'nosniff');
        return reply.type(types[row.format]).send(createReadStream(path));
      });
    },
  };
}
