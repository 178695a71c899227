import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libchdbPath } from 'chdb/libchdb';
import { freePort, type RestartableServer, type ServerProcess, startServerProcess } from './server-process.ts';

const CLUSTER = 'two_shards';
const SHARDS = 2;
const PROGRAM_SOURCE = join(import.meta.dirname, 'clickhouse-server.c');

export interface ClickHouseCluster {
  /** HTTP addresses, one a shard. */
  urls: string[];
  cluster: string;
  shards: RestartableServer[];
  stop(): Promise<void>;
}

interface Shard {
  folder: string;
  httpPort: number;
  tcpPort: number;
}

/** Starts two ClickHouse servers out of chdb's library and makes them a cluster of two shards. Needs a C compiler (`cc`) or `python3`. */
export async function startClickHouseCluster(folder: string): Promise<ClickHouseCluster> {
  mkdirSync(folder, { recursive: true });
  const shards: Shard[] = [];
  for (let number = 1; number <= SHARDS; number++)
    shards.push({ folder: join(folder, `shard-${number}`), httpPort: await freePort(), tcpPort: await freePort() });
  const config = join(folder, 'config.xml');
  writeFileSync(config, configOf(shards));
  const launcher = compiledLauncher(folder);
  const servers = await Promise.all(shards.map((shard) => startShard(shard, config, launcher)));
  return {
    urls: shards.map((shard) => `http://127.0.0.1:${shard.httpPort}`),
    cluster: CLUSTER,
    shards: shards.map((shard, index) => ({
      signal: (signal) => servers[index]?.signal(signal),
      kill: async () => servers[index]?.kill(),
      restart: async () => {
        servers[index] = await startShard(shard, config, launcher);
      },
    })),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

function configOf(shards: readonly Shard[]): string {
  const entries = shards.map(
    ({ tcpPort }) =>
      `<shard><internal_replication>false</internal_replication><replica><host>127.0.0.1</host><port>${tcpPort}</port></replica></shard>`,
  );
  return `<clickhouse><remote_servers><${CLUSTER}>${entries.join('')}</${CLUSTER}></remote_servers></clickhouse>\n`;
}

async function startShard({ folder, httpPort, tcpPort }: Shard, config: string, launcher: readonly [string, ...string[]]): Promise<ServerProcess> {
  mkdirSync(folder, { recursive: true });
  // The program runs one query and ends with it, so the query opens the ports and then waits for ever.
  const wait =
    'SELECT sleepEachRow(3) FROM numbers(100000000) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 100000000 FORMAT Null';
  const [command, ...first] = launcher;
  return startServerProcess({
    command,
    arguments: [
      ...first,
      'clickhouse-server',
      `--config-file=${config}`,
      '--path',
      folder,
      '--listen_host=127.0.0.1',
      `--tcp_port=${tcpPort}`,
      `--http_port=${httpPort}`,
      '--output-format',
      'TabSeparated',
      '--query',
      `SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; ${wait}`,
    ],
    logFile: join(folder, 'server.log'),
    stopSignal: 'SIGTERM',
    isReady: async () => (await fetch(`http://127.0.0.1:${httpPort}/?query=SELECT%201`, { signal: AbortSignal.timeout(1_000) })).ok,
  });
}

/** The command that hands its arguments to the library's own main function: a small C program, or Python when there is no compiler. */
function compiledLauncher(folder: string): [string, ...string[]] {
  const program = join(folder, 'clickhouse-server');
  const library = libchdbPath();
  try {
    if (!existsSync(program)) execFileSync('cc', ['-O1', '-o', program, PROGRAM_SOURCE, '-ldl'], { stdio: 'pipe' });
    return [program, library];
  } catch {
    const script = [
      'import ctypes, sys',
      'arguments = [argument.encode() for argument in sys.argv[2:]]',
      'library = ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)',
      'library.chdb_query_cmdline(len(arguments), (ctypes.c_char_p * len(arguments))(*arguments))',
    ];
    return ['python3', '-c', script.join('\n'), library];
  }
}
