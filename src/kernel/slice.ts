import type { z } from 'zod';
import type { Bus } from './bus/bus.ts';
import type { ClickHouse } from './clickhouse/clickhouse.ts';
import type { Clock } from './clock.ts';
import type { ErrorMaker } from './errors/errors.ts';
import type { BoundRoute } from './http/handle.ts';
import type { RawPlugin } from './http/server-parts.ts';
import type { Ids } from './ids.ts';
import type { JobDefinition, Jobs } from './jobs/jobs.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Postgres } from './postgres/postgres.ts';
import type { Role } from './role.ts';

export type { Role } from './role.ts';

/** What the kernel gives to every slice. */
export interface Kernel {
  postgres: Postgres;
  clickhouse: ClickHouse;
  jobs: Jobs;
  bus: Bus;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Metrics;
  /** Roles of this process. */
  roles: ReadonlySet<Role>;
  /** Base address that people and mail links use, without a trailing slash. */
  publicUrl: string;
  /** The data folder (embedded stores, first-run.json). */
  dataFolder: string;
  /** Signs sessions, tokens and links of this installation. */
  secret: string;
}

/** A long-running part of a slice: started in order of the slices, stopped in reverse. */
export interface Service {
  name: string;
  /** Processes without one of these roles do not start it. */
  roles: readonly Role[];
  start(): Promise<void>;
  /** Must finish what is in hand and return; 10 s at most. */
  stop(): Promise<void>;
}

/** What a slice's `start` returns to the composition root. */
export interface RunningSlice<Api> {
  /** The functions that other slices may call; given to those that name this slice in `uses`. */
  api: Api;
  routes?: readonly BoundRoute[];
  /** Fastify plugins for what is no JSON route: wire protocols, streams, static files. */
  plugins?: readonly RawPlugin[];
  services?: readonly Service[];
}

/**
 * A slice's door. `start` is called once per process, after migrations, with the kernel, its validated config, and the APIs of the slices
 * named in `uses` (keyed by name). It wires; it must not block on the network or start timers: that is a service's work.
 */
export interface Slice<Name extends string = string, Config = unknown, Uses = unknown, Api = unknown> {
  name: Name;
  /** Folder of the slice (`import.meta.dirname`): migrations are read from `migrations/{pg,ch}` and texts from `locales/` below it. */
  folder: string;
  /** Names of the slices whose API it needs; they start first. */
  uses: readonly (keyof Uses & string)[];
  /** Keys it reads from the environment or config file; see `kernel/config`. */
  config?: z.ZodType<Config>;
  /** Which roles hold each permission that its routes name in `access`. */
  permissions?: Record<string, readonly string[]>;
  errors?: readonly ErrorMaker[];
  jobs?: readonly JobDefinition[];
  start(input: { kernel: Kernel; config: Config; uses: Uses }): RunningSlice<Api> | Promise<RunningSlice<Api>>;
}

/** Gives a slice its exact type. */
export function defineSlice<Name extends string, Config, Uses, Api>(slice: Slice<Name, Config, Uses, Api>): Slice<Name, Config, Uses, Api> {
  return slice;
}
