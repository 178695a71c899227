import { lookup } from 'node:dns/promises';
import { isAllowedAddress } from '../../../kernel/outbound/addresses.ts';
import type { Row } from '../../imports/index.ts';
import { type Connection, type Question, refusePull } from '../contract.ts';

/** Rows that come after a value of the cursor column, in its order. */
export interface ReadFrom {
  column: string;
  /** Absent: from the start. */
  value: string | undefined;
}

/** An open connection that can only read. Every failure is a refusal of this slice with the engine's own words. */
export interface SourceSession {
  version(): Promise<string>;
  tables(): Promise<{ schema: string; table: string }[]>;
  /** Rows in pieces, in bounded memory. */
  rows(question: Question, options: { from?: ReadFrom; limit?: number; signal?: AbortSignal }): AsyncIterable<Row[]>;
  close(): Promise<void>;
}

export interface SourceAccess {
  connection: Connection;
  password: string;
}

/** Rows that are read at once. */
export const FETCHED_ROWS = 1_000;
export const CONNECT_TIMEOUT_MS = 10_000;
export const STATEMENT_TIMEOUT_MS = 600_000;

/** Databases stand in private networks; what is never reached are the metadata of clouds, and with the setting private addresses. */
export async function checkAddress(host: string, allowsPrivate: boolean): Promise<void> {
  const found = await lookup(host, { all: true }).catch((error: unknown) => {
    throw refusePull('unreachable', { details: { reason: (error as { code?: string }).code ?? String(error) } });
  });
  if (found.some(({ address }) => !isAllowedAddress(address, allowsPrivate))) throw refusePull('private_address', { details: { host } });
}

/** A query without the semicolon at its end, so that it can stand in brackets. */
export function bareQuery(sql: string): string {
  return sql.trim().replace(/;+\s*$/, '');
}

export function tlsOf(tls: Connection['tls']): false | { rejectUnauthorized: boolean } {
  return tls === 'off' ? false : { rejectUnauthorized: tls === 'verify' };
}
