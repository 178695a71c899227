import { identifier, withoutLiterals } from '../clickhouse/parameters.ts';

/** One statement of a migration with what its comment says about shards. */
export interface Statement {
  sql: string;
  /** `-- @sharded by <expression>` above a CREATE TABLE. */
  shardedBy?: string;
  /** `-- @local` above a view that reads and writes each shard's own rows. */
  isLocal: boolean;
}

/** Where a statement has to run: once through any server, or on each shard in turn. */
export interface PlacedStatement {
  sql: string;
  place: 'anywhere' | 'each shard';
}

/** Cuts a migration file at its semicolons; those in texts and comments do not count. */
export function splitStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  const token = /'(?:[^'\\]|\\.|'')*'|`[^`]*`|"(?:[^"\\]|\\.)*"|--[^\n]*|\/\*[\s\S]*?\*\/|;/g;
  let start = 0;
  const add = (end: number): void => {
    const sql = text.slice(start, end).trim();
    start = end + 1;
    if (withoutLiterals(sql).trim() === '') return;
    const shardedBy = /^--\s*@sharded by\s+(.+?)\s*$/m.exec(sql)?.[1];
    statements.push({ sql, isLocal: /^--\s*@local\s*$/m.test(sql), ...(shardedBy !== undefined && { shardedBy }) });
  };
  for (const match of text.matchAll(token)) if (match[0] === ';') add(match.index);
  add(text.length);
  return statements;
}

/** Names of the tables that these statements make sharded. */
export function shardedTables(statements: readonly Statement[]): string[] {
  return statements.filter((statement) => statement.shardedBy !== undefined).map((statement) => createdTable(statement));
}

/**
 * Rewrites a statement for a cluster whose sharded tables are known: `CREATE TABLE x` makes `x_local` on each shard and a Distributed `x` over it,
 * local views read and write the `_local` tables, ALTER and DROP reach both.
 */
export function forCluster(statement: Statement, cluster: string, sharded: ReadonlySet<string>): PlacedStatement[] {
  const { sql } = statement;
  const words = withoutLiterals(sql).trim();
  if (statement.shardedBy !== undefined) return createSharded(statement, cluster);
  if (statement.isLocal)
    return [
      {
        sql: sql.replace(/\b(FROM|JOIN|TO|INTO)(\s+)(\w+)/gi, (whole, word, space, name) =>
          sharded.has(name) ? `${word}${space}${name}_local` : whole,
        ),
        place: 'each shard',
      },
    ];
  if (/^CREATE\s+(TABLE|MATERIALIZED)/i.test(words))
    throw new Error(`In a cluster a table must say where its rows lie (-- @sharded by …) and a view that it is -- @local: ${words.slice(0, 80)}`);
  const target = /^(?:ALTER\s+TABLE|DROP\s+TABLE(?:\s+IF\s+EXISTS)?|TRUNCATE\s+TABLE(?:\s+IF\s+EXISTS)?|OPTIMIZE\s+TABLE)\s+(\w+)/i.exec(words)?.[1];
  if (target !== undefined && sharded.has(target)) return changeSharded(sql, words, target);
  return [{ sql, place: /^INSERT/i.test(words) ? 'anywhere' : 'each shard' }];
}

function createdTable(statement: Statement): string {
  const name = /^CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)/i.exec(withoutLiterals(statement.sql).trim())?.[1];
  if (name === undefined) throw new Error(`@sharded belongs above a CREATE TABLE: ${statement.sql.slice(0, 80)}`);
  return identifier(name);
}

function createSharded(statement: Statement, cluster: string): PlacedStatement[] {
  const name = createdTable(statement);
  const local = statement.sql.replace(/(CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?)(\w+)/i, `$1${name}_local`);
  const over = `CREATE TABLE IF NOT EXISTS ${name} AS ${name}_local ENGINE = Distributed('${identifier(cluster)}', currentDatabase(), '${name}_local', ${statement.shardedBy})`;
  return [
    { sql: local, place: 'each shard' },
    { sql: over, place: 'each shard' },
  ];
}

/** Columns exist in the Distributed table too; indexes, TTLs, settings and deletions concern the rows' own tables only. */
function changeSharded(sql: string, words: string, name: string): PlacedStatement[] {
  const local = sql.replace(new RegExp(`\\b(TABLE(?:\\s+IF\\s+EXISTS)?\\s+)${name}\\b`, 'i'), `$1${name}_local`);
  const isForBoth = /^DROP/i.test(words) || /\b(ADD|DROP|RENAME|MODIFY|COMMENT)\s+COLUMN\b/i.test(words);
  const placed: PlacedStatement[] = [{ sql: local, place: 'each shard' }];
  if (isForBoth) placed.push({ sql: withoutColumnStorage(sql), place: 'each shard' });
  return placed;
}

/** A Distributed table takes no codecs and column TTLs. */
function withoutColumnStorage(sql: string): string {
  return sql.replace(/\bCODEC\s*\((?:[^()]|\([^()]*\))*\)/gi, '').replace(/\bTTL\b[^,;]*/gi, '');
}
