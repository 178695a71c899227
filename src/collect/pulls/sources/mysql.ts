import { createConnection, escapeId, escape as escapeValue, type Connection as MysqlConnection } from 'mysql2';
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

/** Opens a session of MySQL or MariaDB whose transactions can only read. */
export async function openMysqlSource({ connection, password }: SourceAccess): Promise<SourceSession> {
  const { host, port, database, user, tls } = connection;
  const ssl = tlsOf(tls);
  const client = createConnection({
    host,
    port,
    database,
    user,
    password,
    ...(ssl && { ssl }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    decimalNumbers: true,
    dateStrings: true,
    // A TIMESTAMP is an instant and the session's zone is UTC; a DATETIME is what a clock on some wall showed.
    typeCast: (field, next) => {
      if (field.type !== 'TIMESTAMP') return next();
      const text = field.string();
      return text === null ? null : `${text}Z`;
    },
  });
  client.on('error', () => {});
  try {
    await new Promise<void>((resolve, reject) => client.connect((error) => (error ? reject(error) : resolve())));
    await run(client, "SET SESSION time_zone = '+00:00'");
    await run(client, 'SET SESSION TRANSACTION READ ONLY');
    await limitTime(client);
  } catch (error) {
    client.destroy();
    throw inWords(error);
  }
  return {
    version: async () => String((await run<{ version: string }>(client, 'SELECT VERSION() AS version'))[0]?.version),
    tables: () =>
      run(
        client,
        `SELECT table_schema AS \`schema\`, table_name AS \`table\` FROM information_schema.tables
         WHERE table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys') ORDER BY 1, 2 LIMIT 2000`,
      ),
    rows: (question, options) => read(client, question, options),
    close: async () => client.destroy(),
  };
}

/** The two products name the same limit differently. */
async function limitTime(client: MysqlConnection): Promise<void> {
  await run(client, `SET SESSION max_statement_time = ${STATEMENT_TIMEOUT_MS / 1_000}`).catch(() =>
    run(client, `SET SESSION max_execution_time = ${STATEMENT_TIMEOUT_MS}`).catch(() => []),
  );
}

function run<R>(client: MysqlConnection, sql: string): Promise<R[]> {
  return new Promise((resolve, reject) =>
    client.query(sql, (error, rows) => {
      if (error) reject(inWords(error));
      else resolve(rows as unknown as R[]);
    }),
  );
}

async function* read(
  client: MysqlConnection,
  question: Question,
  options: { from?: ReadFrom; limit?: number; signal?: AbortSignal },
): AsyncGenerator<Row[]> {
  await run(client, 'START TRANSACTION READ ONLY');
  const stream = client.query(statementOf(question, options)).stream({ highWaterMark: FETCHED_ROWS });
  let isOver = false;
  try {
    let held: Row[] = [];
    for await (const row of stream as AsyncIterable<Row>) {
      held.push(row);
      if (held.length < FETCHED_ROWS) continue;
      options.signal?.throwIfAborted();
      yield held;
      held = [];
    }
    isOver = true;
    if (held.length > 0) yield held;
  } catch (error) {
    throw options.signal?.aborted ? options.signal.reason : inWords(error);
  } finally {
    // What is left of an answer can only be left unread by closing the connection.
    if (isOver) await run(client, 'ROLLBACK').catch(() => {});
    else client.destroy();
  }
}

function statementOf(question: Question, { from, limit }: { from?: ReadFrom; limit?: number }): string {
  const source =
    question.kind === 'table'
      ? [question.schema, question.table].flatMap((part) => (part === null ? [] : [escapeId(part, true)])).join('.')
      : `(\n${bareQuery(question.sql)}\n) AS pulled`;
  const name = from ? escapeId(from.column, true) : '';
  // The mark of UTC is ours; the server does not read it.
  const condition = from
    ? ` WHERE ${name} ${from.value === undefined ? 'IS NOT NULL' : `>= ${escapeValue(from.value.replace(/Z$/, ''))}`} ORDER BY ${name}`
    : '';
  return `SELECT * FROM ${source}${condition}${limit === undefined ? '' : ` LIMIT ${limit}`}`;
}

function inWords(error: unknown): unknown {
  if ((error as { name?: string }).name === 'AppError') return error;
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const options = { details: { reason: message.slice(0, 300) }, cause: error };
  if (code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_DBACCESS_DENIED_ERROR' || code === 'ER_HOST_NOT_PRIVILEGED')
    return refusePull('denied', options);
  if (code === 'ER_BAD_DB_ERROR') return refusePull('no_database', options);
  if (/^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|PROTOCOL_CONNECTION_LOST)/.test(code))
    return refusePull('unreachable', { ...options, details: { reason: code } });
  if (/SSL|certificate|self.signed|HANDSHAKE/i.test(`${code} ${message}`)) return refusePull('tls', options);
  return refusePull('query_failed', options);
}
