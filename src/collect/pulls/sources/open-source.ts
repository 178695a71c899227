import { openMysqlSource } from './mysql.ts';
import { openPostgresSource } from './postgres.ts';
import { checkAddress, type SourceAccess, type SourceSession } from './source.ts';

/** Opens a read-only session; the caller closes it. Throws what stands in the way as a refusal of this slice. */
export async function openSource(access: SourceAccess, allowsPrivate: boolean): Promise<SourceSession> {
  await checkAddress(access.connection.host, allowsPrivate);
  return access.connection.engine === 'postgres' ? openPostgresSource(access) : openMysqlSource(access);
}
