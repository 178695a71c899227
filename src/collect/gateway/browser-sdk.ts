import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/** Made by `npm run sdk:build`, which `npm start` and `npm test` do by themselves. */
const folder = join(import.meta.dirname, '..', '..', '..', 'sdk', 'web', 'dist');
/** What a page loads: the script tag's file, and the module. */
const files = { '/perennial.js': 'perennial.js', '/perennial.mjs': 'index.js' } as const;

interface PackedFile {
  etag: string;
  plain: Buffer;
  gzip: Buffer;
  br: Buffer;
}

/** Gives the browser SDK at `/perennial.js` and `/perennial.mjs`, packed as the browser likes it. */
export function addBrowserSdk(app: FastifyInstance): void {
  for (const [path, name] of Object.entries(files)) {
    let file: PackedFile | undefined;
    app.get(path, async (request, reply) => {
      file ??= readFile(name);
      reply.type('text/javascript; charset=utf-8').headers({ 'cache-control': 'public, max-age=3600', etag: file.etag, vary: 'accept-encoding' });
      if (request.headers['if-none-match'] === file.etag) return reply.status(304).send();
      const accepted = String(request.headers['accept-encoding'] ?? '');
      const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
      return encoding ? reply.header('content-encoding', encoding).send(file[encoding]) : reply.send(file.plain);
    });
  }
}

function readFile(name: string): PackedFile {
  const plain = readFileSync(join(folder, name));
  return {
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    plain,
    gzip: gzipSync(plain, { level: 9 }),
    br: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  };
}
