import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { runFolder } from '../../../kernel/testing/opened-stores.ts';
import { type PostgresServer, startPostgresServer } from '../../../kernel/testing/postgres-server.ts';
import type { Connection } from '../contract.ts';
import { hasMariadb, startMariadb } from './mariadb-server.ts';

/** A database of somebody else, on this machine. */
export interface Database {
  connection: Connection;
  password: string;
  run(sql: string): Promise<unknown>;
  stop(): Promise<void>;
}

async function startPostgres(): Promise<Database> {
  const server: PostgresServer = await startPostgresServer({ folder: join(runFolder(), `pull-postgres-${randomUUID()}`), isDurable: false });
  const { port, username } = new URL(server.url);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  return {
    connection: { engine: 'postgres', host: '127.0.0.1', port: Number(port), database: 'postgres', user: username, tls: 'off' },
    password: 'any',
    run: (sql) => client.query(sql),
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
}

async function startMysql(): Promise<Database> {
  const server = await startMariadb(join(runFolder(), `pull-mariadb-${randomUUID()}`));
  const client = await createConnection({ host: '127.0.0.1', port: server.port, user: 'root', password: 'secret', multipleStatements: true });
  await client.query('CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop');
  return {
    connection: { engine: 'mysql', host: '127.0.0.1', port: server.port, database: 'shop', user: 'root', tls: 'off' },
    password: 'secret',
    run: (sql) => client.query(sql),
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
}

/** Its name, how to start it, and whether this machine has it. */
export const engines: [string, () => Promise<Database>, boolean][] = [
  ['PostgreSQL', startPostgres, true],
  ['MariaDB', startMysql, hasMariadb()],
];
