import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { LogLevel } from '../log.ts';
import type { Role } from '../slice.ts';

const ROLES: readonly Role[] = ['collect', 'web', 'worker'];

/** What the kernel itself reads. Slices declare their own keys in their doors. */
export const kernelConfigSchema = z.object({
  PERENNIAL_PORT: z.coerce.number().int().min(0).max(65_535).default(7300).describe('Port of the HTTP server; 0 takes a free one.'),
  PERENNIAL_HOST: z.string().default('127.0.0.1').describe('Address that the HTTP server listens on.'),
  PERENNIAL_DATA: z.string().default('./data').describe('Folder of the embedded stores and of first-run.json.'),
  PERENNIAL_PUBLIC_URL: z.url().optional().describe('Address that people reach the product at; used in links and mails.'),
  PERENNIAL_TRUSTED_PROXIES: z
    .string()
    .optional()
    .describe('Addresses or ranges (comma-separated) of the proxies whose X-Forwarded-For is believed; absent: none.'),
  PERENNIAL_ROLES: z
    .string()
    .default('all')
    .transform((text) => text.split(',').map((role) => role.trim()))
    .refine(
      (roles) => roles.every((role) => role === 'all' || (ROLES as readonly string[]).includes(role)),
      'must be all, or a list of collect, web, worker',
    )
    .describe('Parts that this process runs: all, or a comma-separated list of collect, web, worker.'),
  PERENNIAL_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Lowest level of log lines.'),
  PERENNIAL_SECRET: z
    .string()
    .min(32)
    .optional()
    .describe('Signs sessions and links; at least 32 characters. Made and kept in the data folder when absent.'),
  PERENNIAL_DEMO: z.enum(['0', '1']).default('1').describe('1 creates the demo project on the first start, 0 starts empty.'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres:// or postgresql://')
    .optional()
    .describe('PostgreSQL server; absent: embedded.'),
  CLICKHOUSE_URL: z
    .string()
    .regex(/^https?:\/\//, 'must begin with http:// or https://')
    .optional()
    .describe('ClickHouse addresses, one a shard, comma-separated; absent: embedded.'),
  CLICKHOUSE_CLUSTER: z.string().optional().describe('Name of the ClickHouse cluster when tables are sharded.'),
});

/** The kernel's settings in the product's own words. */
export interface KernelConfig {
  port: number;
  host: string;
  dataFolder: string;
  publicUrl: string | undefined;
  /** Proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[];
  roles: ReadonlySet<Role>;
  logLevel: LogLevel;
  secret: string | undefined;
  hasDemo: boolean;
  databaseUrl: string | undefined;
  clickhouseUrl: string | undefined;
  clickhouseCluster: string | undefined;
}

/** Every fault of the configuration, one line each. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** Values by key: the file named by PERENNIAL_CONFIG (or perennial.config.json in the working folder), then the environment over it. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const file = resolve(environment.PERENNIAL_CONFIG ?? 'perennial.config.json');
  const named = environment.PERENNIAL_CONFIG !== undefined;
  const fromFile: Record<string, unknown> = {};
  if (existsSync(file)) {
    try {
      Object.assign(fromFile, z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8'))));
    } catch {
      throw new ConfigError([`${file}: must be a JSON object of settings`]);
    }
  } else if (named) throw new ConfigError([`PERENNIAL_CONFIG: the file ${file} does not exist`]);
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  return { ...fromFile, ...Object.fromEntries(set) };
}

/** This process's environment. The only place that reads it. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/**
 * Validates the kernel's and every slice's keys at once.
 * Throws `ConfigError` with all faults together.
 */
export function loadConfig(
  settings: Record<string, unknown>,
  slices: readonly { name: string; config?: z.ZodType<unknown> }[],
): { kernel: KernelConfig; slices: Map<string, unknown> } {
  const faults: string[] = [];
  const read = <T>(schema: z.ZodType<T>): T | undefined => {
    const result = schema.safeParse(settings);
    if (result.success) return result.data;
    for (const issue of result.error.issues) faults.push(`${issue.path.join('.') || '(all)'}: ${issue.message}`);
    return undefined;
  };
  const kernel = read(kernelConfigSchema);
  const values = new Map<string, unknown>();
  for (const slice of slices) values.set(slice.name, slice.config ? read(slice.config) : {});
  if (kernel) faults.push(...faultsOfForms(kernel));
  if (faults.length > 0 || !kernel) throw new ConfigError(faults);
  return { kernel: inOwnWords(kernel), slices: values };
}

function faultsOfForms(kernel: z.output<typeof kernelConfigSchema>): string[] {
  const faults: string[] = [];
  if (kernel.CLICKHOUSE_CLUSTER && !kernel.CLICKHOUSE_URL) faults.push('CLICKHOUSE_CLUSTER: needs CLICKHOUSE_URL');
  const isPartial = !kernel.PERENNIAL_ROLES.includes('all') && kernel.PERENNIAL_ROLES.length < ROLES.length;
  if (isPartial && !(kernel.DATABASE_URL && kernel.CLICKHOUSE_URL))
    faults.push('PERENNIAL_ROLES: embedded stores need all roles in one process; set DATABASE_URL and CLICKHOUSE_URL to split them');
  if (kernel.DATABASE_URL && isPartial && !kernel.PERENNIAL_SECRET)
    faults.push('PERENNIAL_SECRET: processes that share stores must share one secret');
  return faults;
}

function inOwnWords(kernel: z.output<typeof kernelConfigSchema>): KernelConfig {
  const roles = kernel.PERENNIAL_ROLES.includes('all') ? ROLES : ROLES.filter((role) => kernel.PERENNIAL_ROLES.includes(role));
  return {
    port: kernel.PERENNIAL_PORT,
    host: kernel.PERENNIAL_HOST,
    dataFolder: resolve(kernel.PERENNIAL_DATA),
    publicUrl: kernel.PERENNIAL_PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: (kernel.PERENNIAL_TRUSTED_PROXIES ?? '').split(',').flatMap((address) => address.trim() || []),
    roles: new Set(roles),
    logLevel: kernel.PERENNIAL_LOG,
    secret: kernel.PERENNIAL_SECRET,
    hasDemo: kernel.PERENNIAL_DEMO === '1',
    databaseUrl: kernel.DATABASE_URL,
    clickhouseUrl: kernel.CLICKHOUSE_URL,
    clickhouseCluster: kernel.CLICKHOUSE_CLUSTER,
  };
}
