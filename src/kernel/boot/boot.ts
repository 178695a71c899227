import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createBus } from '../bus/create-bus.ts';
import { openClickHouse } from '../clickhouse/open-clickhouse.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type KernelConfig, loadConfig } from '../config/config.ts';
import type { BoundRoute } from '../http/handle.ts';
import { createServer, type Guard, type RawPlugin } from '../http/server.ts';
import { loadTexts } from '../http/texts.ts';
import { type Ids, randomIds } from '../ids.ts';
import { createJobs, type RunningJobs } from '../jobs/create-jobs.ts';
import { createLog, type Log } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { migrate } from '../migrations/migrate.ts';
import { lockDataFolder } from '../postgres/lock-data-folder.ts';
import { openPostgres } from '../postgres/open-postgres.ts';
import type { Kernel, RunningSlice, Service, Slice } from '../slice.ts';
import { Lifecycle } from './lifecycle.ts';

/** Any slice, its types forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: a list of slices of different types has no narrower type
export type AnySlice = Slice<string, any, any, any>;

export interface BootOptions {
  slices: readonly AnySlice[];
  settings: Record<string, unknown>;
  /** Picks the guard of the HTTP server out of the slices' APIs. */
  guard(apis: ReadonlyMap<string, unknown>, permissions: Record<string, readonly string[]>): Guard;
  /** Runs when every slice is wired and before the server listens: what a first start creates. */
  prepare?(product: { kernel: Kernel; config: KernelConfig; apis: ReadonlyMap<string, unknown> }): Promise<void>;
  consoleFolder?: string;
  clock?: Clock;
  ids?: Ids;
  log?: Log;
  checkReplies?: boolean;
  /** Told at each step, for the first lines on the terminal. */
  onStep?(step: string): void;
}

/** A running product. */
export interface Product {
  kernel: Kernel;
  config: KernelConfig;
  apis: ReadonlyMap<string, unknown>;
  server: FastifyInstance;
  /** Where it listens, e.g. `http://127.0.0.1:7300`. */
  url: string;
  /** Stops in reverse order; what is in hand is finished first. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Config -> stores -> migrations -> slices -> server -> services. What had started is stopped again when a later step fails.
 * Throws `ConfigError` before anything is opened when settings are wrong.
 */
export async function boot(options: BootOptions): Promise<Product> {
  const { kernel: config, slices: sliceConfigs } = loadConfig(options.settings, options.slices);
  const log = options.log ?? createLog(config.logLevel);
  const lifecycle = new Lifecycle(log);
  try {
    const { kernel, jobs } = await openKernel(options, { config, log, lifecycle });
    options.onStep?.('migrations');
    await migrate({ slices: options.slices, postgres: kernel.postgres, clickhouse: kernel.clickhouse, log });
    options.onStep?.('slices');
    const { apis, running } = await wire(options.slices, sliceConfigs, kernel);
    const permissions: Record<string, readonly string[]> = Object.assign({}, ...options.slices.map((slice) => slice.permissions ?? {}));
    const guard = options.guard(apis, permissions);
    await options.prepare?.({ kernel, config, apis });
    lifecycle.add('jobs', () => jobs.stop());
    if (config.roles.has('worker')) await jobs.startWorkers();
    const { services, infrastructure } = sortServices(running, config);
    for (const service of infrastructure) await lifecycle.start(service.name, service);
    options.onStep?.('server');
    const server = await serve(options, { running, guard, kernel, config, lifecycle });
    for (const service of services) await lifecycle.start(service.name, service);
    return { kernel, config, apis, server: server.app, url: server.url, stop: () => lifecycle.stop() };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function openKernel(
  options: BootOptions,
  parts: { config: KernelConfig; log: Log; lifecycle: Lifecycle },
): Promise<{ kernel: Kernel; jobs: RunningJobs }> {
  const { config, log, lifecycle } = parts;
  mkdirSync(config.dataFolder, { recursive: true });
  if (!config.databaseUrl || !config.clickhouseUrl) {
    const lock = lockDataFolder(config.dataFolder);
    lifecycle.add('data folder lock', () => lock.release());
  }
  options.onStep?.('stores');
  const [postgres, clickhouse] = await Promise.all([
    openPostgres({ dataFolder: config.dataFolder, log, ...(config.databaseUrl && { url: config.databaseUrl }) }),
    openClickHouse({
      dataFolder: config.dataFolder,
      log,
      ...(config.clickhouseUrl && { url: config.clickhouseUrl }),
      ...(config.clickhouseCluster && { cluster: config.clickhouseCluster }),
    }),
  ]);
  lifecycle.add('postgres', () => postgres.close());
  lifecycle.add('clickhouse', () => clickhouse.close());
  const bus = await createBus({ postgres, log });
  lifecycle.add('bus', () => bus.close());
  const metrics = createMetrics();
  const jobs = await createJobs({ postgres, bus, log, definitions: options.slices.flatMap((slice) => slice.jobs ?? []) });
  const kernel: Kernel = {
    postgres,
    clickhouse,
    jobs,
    bus,
    clock: options.clock ?? systemClock,
    ids: options.ids ?? randomIds,
    log,
    metrics,
    roles: config.roles,
    publicUrl: config.publicUrl ?? `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${config.port}`,
    dataFolder: config.dataFolder,
    secret: config.secret ?? keptSecret(config.dataFolder, options.ids ?? randomIds),
  };
  return { kernel, jobs };
}

/** The signing secret of this installation, made on the first start and readable by the owner of the folder only. */
function keptSecret(dataFolder: string, ids: Ids): string {
  const file = join(dataFolder, 'secret');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const secret = `${ids.secret('s')}${ids.secret('s')}`;
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

async function wire(slices: readonly AnySlice[], configs: Map<string, unknown>, kernel: Kernel) {
  const apis = new Map<string, unknown>();
  const running: RunningSlice<unknown>[] = [];
  for (const slice of slices) {
    const uses: Record<string, unknown> = {};
    for (const name of slice.uses) {
      if (!apis.has(String(name))) throw new Error(`Slice ${slice.name} uses ${String(name)}, which does not stand before it in the list`);
      uses[String(name)] = apis.get(String(name));
    }
    const started = await slice.start({ kernel: { ...kernel, log: kernel.log.child({ slice: slice.name }) }, config: configs.get(slice.name), uses });
    apis.set(slice.name, started.api);
    running.push(started);
  }
  return { apis, running };
}

/** Services of the collect role start before the server listens (the door must be open behind it), the others after. */
function sortServices(running: readonly RunningSlice<unknown>[], config: KernelConfig): { services: Service[]; infrastructure: Service[] } {
  const mine = running.flatMap((slice) => slice.services ?? []).filter((service) => service.roles.some((role) => config.roles.has(role)));
  return {
    infrastructure: mine.filter((service) => service.roles.includes('collect')),
    services: mine.filter((service) => !service.roles.includes('collect')),
  };
}

interface ServeParts {
  running: readonly RunningSlice<unknown>[];
  guard: Guard;
  kernel: Kernel;
  config: KernelConfig;
  lifecycle: Lifecycle;
}

async function serve(options: BootOptions, parts: ServeParts): Promise<{ app: FastifyInstance; url: string }> {
  const { kernel, config } = parts;
  const isWeb = config.roles.has('web');
  const routes: BoundRoute[] = isWeb ? parts.running.flatMap((slice) => [...(slice.routes ?? [])]) : [];
  const plugins: RawPlugin[] = parts.running.flatMap((slice) => [...(slice.plugins ?? [])]);
  const kernelFolder = join(import.meta.dirname, '..');
  const texts = loadTexts([...options.slices, { name: 'http', folder: kernelFolder }, { name: 'clickhouse', folder: kernelFolder }]);
  const app = await createServer({
    routes,
    plugins: plugins.filter((plugin) => (plugin.roles ?? ['web']).some((role) => config.roles.has(role))),
    guard: parts.guard,
    texts,
    log: kernel.log,
    metrics: kernel.metrics,
    ids: kernel.ids,
    ...(isWeb && options.consoleFolder && { consoleFolder: options.consoleFolder }),
    trustedProxies: config.trustedProxies,
    isReady: () => checkStores(kernel),
    ...(options.checkReplies && { checkReplies: true }),
  });
  parts.lifecycle.add('server', () => app.close());
  const url = await app.listen({ port: config.port, host: config.host });
  return { app, url };
}

async function checkStores(kernel: Kernel): Promise<Record<string, boolean>> {
  const answers = (work: Promise<unknown>): Promise<boolean> =>
    work.then(
      () => true,
      () => false,
    );
  const [postgres, clickhouse] = await Promise.all([answers(kernel.postgres.pool.query('select 1')), answers(kernel.clickhouse.query('SELECT 1'))]);
  return { postgres, clickhouse };
}
