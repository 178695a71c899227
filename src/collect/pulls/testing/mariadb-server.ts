import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { freePort, type ServerProcess, startServerProcess } from '../../../kernel/testing/server-process.ts';

const PROGRAM = '/usr/sbin/mariadbd';

export const hasMariadb = (): boolean => existsSync(PROGRAM);

/** Makes Debian's MariaDB in a folder of its own and starts it on a free port; `root` comes in with the password `secret`. */
export async function startMariadb(folder: string): Promise<ServerProcess & { port: number }> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const datadir = join(folder, 'data');
  const root = process.getuid?.() === 0 ? ['--user=root'] : [];
  execFileSync('/usr/bin/mariadb-install-db', [`--datadir=${datadir}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...root], {
    stdio: 'pipe',
  });
  const port = await freePort();
  const server = await startServerProcess({
    command: PROGRAM,
    arguments: ['--no-defaults', `--datadir=${datadir}`, `--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`, ...root],
    logFile: join(folder, 'server.log'),
    stopSignal: 'SIGTERM',
    isReady: async () => {
      const connection = await createConnection({ host: '127.0.0.1', port, user: 'root', connectTimeout: 1_000 });
      await connection.query("ALTER USER 'root'@'localhost' IDENTIFIED BY 'secret'");
      await connection.query("GRANT ALL ON *.* TO 'root'@'127.0.0.1' IDENTIFIED BY 'secret'");
      await connection.end();
      return true;
    },
  });
  return { ...server, port };
}
