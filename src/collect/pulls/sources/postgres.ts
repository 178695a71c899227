import pg from 'pg';
import type { Row } from '../../imports/index.ts';
import { type Question, refusePull } from '../contract.ts';
import {
  bareQuery,
  CONNECT_TIMEOUT_MS,
  FETCHED_ROWS,
  type ReadFrom,
  type SourceAccess,
  type SourceSession,
  STATEMENT_TIMEOUT_MS,
  tlsOf,
} from './source.ts';

const INT8 = 20;
const NUMERIC = 1700;
const JSON_TYPES = new Set([114, 3802]);
const BOOLEAN = 16;
const NUMBERS = new Set([21, 23, 700, 701]);

/** Times stay the texts that they are (zone and microseconds with them); numbers that a double holds are numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number) => {
    if (oid === INT8 || oid === NUMERIC) return exactNumber;
    if (NUMBERS.has(oid)) return Number;
    if (oid === BOOLEAN) return (text: string) => text === 't';
    if (JSON_TYPES.has(oid)) return (text: string) => JSON.parse(text) as unknown;
    return (text: string) => text;
  }) as pg.CustomTypesConfig['getTypeParser'],
};

function exactNumber(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) || (text.includes('.') && text.replace(/\D/g, '').length <= 15) ? value : text;
}

/** Opens a session whose transactions can only read. */
export async function openPostgresSource({ connection, password }: SourceAccess): Promise<SourceSession> {
  const { host, port, database, user, tls } = connection;
  const client = new pg.Client({
    host,
    port,
    database,
    user,
    password,
    ssl: tlsOf(tls),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'perennial pull',
    options: `-c default_transaction_read_only=on -c timezone=UTC -c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
    types,
  });
  client.on('error', () => {});
  await client.connect().catch((error: unknown) => {
    throw inWords(error);
  });
  return {
    version: async () =>
      String(
        (await ask<{ version: string }>(client, 'SHOW server_version AS version').catch(() => []))[0]?.version ??
          (await ask<{ v: string }>(client, "SELECT current_setting('server_version') AS v"))[0]?.v,
      ),
    tables: () =>
      ask(
        client,
        `SELECT table_schema AS schema, table_name AS table FROM information_schema.tables
         WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2 LIMIT 2000`,
      ),
    rows: (question, options) => read(client, question, options),
    close: () => client.end().catch(() => {}),
  };
}

async function ask<R>(client: pg.Client, sql: string): Promise<R[]> {
  try {
    return (await client.query(sql)).rows as R[];
  } catch (error) {
    throw inWords(error);
  }
}

async function* read(
  client: pg.Client,
  question: Question,
  options: { from?: ReadFrom; limit?: number; signal?: AbortSignal },
): AsyncGenerator<Row[]> {
  await ask(client, 'BEGIN READ ONLY');
  try {
    await ask(client, `DECLARE pulled NO SCROLL CURSOR FOR ${statementOf(client, question, options)}`);
    for (;;) {
      options.signal?.throwIfAborted();
      const rows = await ask<Row>(client, `FETCH ${FETCHED_ROWS} FROM pulled`);
      if (rows.length > 0) yield rows;
      if (rows.length < FETCHED_ROWS) return;
    }
  } finally {
    await client.query('ROLLBACK').catch(() => {});
  }
}

function statementOf(client: pg.Client, question: Question, { from, limit }: { from?: ReadFrom; limit?: number }): string {
  const source =
    question.kind === 'table'
      ? [question.schema, question.table].flatMap((part) => (part === null ? [] : [client.escapeIdentifier(part)])).join('.')
      : `(\n${bareQuery(question.sql)}\n) AS pulled`;
  const name = from ? client.escapeIdentifier(from.column) : '';
  const condition = from
    ? ` WHERE ${name} ${from.value === undefined ? 'IS NOT NULL' : `>= ${client.escapeLiteral(from.value)}`} ORDER BY ${name}`
    : '';
  return `SELECT * FROM ${source}${condition}${limit === undefined ? '' : ` LIMIT ${limit}`}`;
}

function inWords(error: unknown) {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const options = { details: { reason: message.slice(0, 300) }, cause: error };
  if (code.startsWith('28')) return refusePull('denied', options);
  if (code === '3D000') return refusePull('no_database', options);
  if (/^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST)/.test(code) || /timeout expired|Connection terminated/.test(message))
    return refusePull('unreachable', { ...options, details: { reason: code || message } });
  if (/SSL|certificate|self.signed/i.test(message)) return refusePull('tls', options);
  return refusePull('query_failed', options);
}
