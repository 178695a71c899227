import { createHmac, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';

const SIGNATURE_BYTES = 18;

/** Whom an unsubscribe link speaks for. */
export interface LinkSubject {
  projectId: number;
  personId: number;
  address: string;
}

/** Makes and reads the links by which people opt out without signing in. They never expire: a mail may be read years later. */
export interface UnsubscribeLinks {
  linkTo(subject: LinkSubject): string;
  read(token: string): LinkSubject | undefined;
}

/** Reads the installation's secret, or makes it: all processes get the same one. */
export async function openUnsubscribeLinks(kernel: Kernel): Promise<UnsubscribeLinks> {
  const db = kernel.postgres.as<object>();
  await sql`INSERT INTO gate_secrets (id, secret) VALUES (1, ${kernel.ids.secret('link')}) ON CONFLICT (id) DO NOTHING`.execute(db);
  const { rows } = await sql<{ secret: string }>`SELECT secret FROM gate_secrets WHERE id = 1`.execute(db);
  const secret = rows[0]?.secret;
  if (!secret) throw new Error('the secret of unsubscribe links is missing');
  return signedWith(secret, kernel.publicUrl);
}

/** Links signed with HMAC-SHA-256 over the whole subject. */
export function signedWith(secret: string, publicUrl: string): UnsubscribeLinks {
  const sign = (payload: string): Buffer => createHmac('sha256', secret).update(payload).digest().subarray(0, SIGNATURE_BYTES);
  return {
    linkTo({ projectId, personId, address }) {
      const payload = Buffer.from(JSON.stringify([projectId, personId, address])).toString('base64url');
      return `${publicUrl}/u/${payload}.${sign(payload).toString('base64url')}`;
    },
    read(token) {
      const [payload = '', signature = ''] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(payload);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const [projectId, personId, address] = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as [number, number, string];
      return { projectId, personId, address };
    },
  };
}
