import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { DialectRoute } from '../dialect.ts';

const MAX_AGE_SECONDS = 3_600;
const ABSENT = `/* posthog-js is not installed on this server: add it from npm to your own pages, with the same api_host. */
console.error('posthog-js is not installed on this server. Add it from npm to your own pages, with the same api_host.');
`;

interface PackedScript {
  plain: Buffer;
  gzip: Buffer;
}

const packed = new Map<string, PackedScript>();
let folder: { path: string; names: ReadonlySet<string> } | undefined;

/**
 * The browser library's own files (Apache 2.0 and MIT), which its snippet and the library itself load from `api_host`; out of the package that is installed
 * beside us.
 */
export function scriptRoutes(): DialectRoute[] {
  return ['/static/:file', '/static/:version/:file'].map((path) => ({
    methods: ['GET'],
    path,
    read: ({ params, headers }) => {
      const name = params.file ?? '';
      const type = { 'content-type': 'application/javascript; charset=utf-8', 'cache-control': `public, max-age=${MAX_AGE_SECONDS}` };
      const script = scriptOf(name);
      if (script === 'unknown')
        return { answer: { status: 404, headers: type, body: `/* There is no ${JSON.stringify(name.slice(0, 80))} here. */\n` } };
      if (script === 'absent') return { answer: { status: 200, headers: { ...type, 'cache-control': 'no-cache' }, body: ABSENT } };
      const isPacked = String(headers['accept-encoding'] ?? '').includes('gzip');
      const more = { vary: 'accept-encoding', ...(isPacked && { 'content-encoding': 'gzip' }) };
      return { answer: { status: 200, headers: { ...type, ...more }, body: isPacked ? script.gzip : script.plain } };
    },
    answer: () => ({ status: 200 }),
  }));
}

function scriptOf(name: string): PackedScript | 'unknown' | 'absent' {
  folder ??= findFolder();
  // Only names that stand in the folder are read.
  if (!folder.names.has(name)) return folder.names.size === 0 ? 'absent' : 'unknown';
  let script = packed.get(name);
  if (!script) {
    const plain = readFileSync(`${folder.path}/${name}`);
    script = { plain, gzip: gzipSync(plain) };
    packed.set(name, script);
  }
  return script;
}

function findFolder(): { path: string; names: ReadonlySet<string> } {
  try {
    const path = dirname(createRequire(import.meta.url).resolve('posthog-js/dist/array.js'));
    return { path, names: new Set(readdirSync(path).filter((name) => /^[a-z][\w.-]*\.js$/.test(name))) };
  } catch {
    return { path: '', names: new Set() };
  }
}
