import { createHmac, timingSafeEqual } from 'node:crypto';

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

/** Links signed with HMAC-SHA-256 over the whole subject. */
export function signedWith(secret: string, publicUrl: string): UnsubscribeLinks {
  const sign = (payload: string): string =>
    createHmac('sha256', secret).update(`unsubscribe:${payload}`).digest().subarray(0, SIGNATURE_BYTES).toString('base64url');
  return {
    linkTo({ projectId, personId, address }) {
      const payload = Buffer.from(JSON.stringify([projectId, personId, address])).toString('base64url');
      return `${publicUrl}/u/${payload}.${sign(payload)}`;
    },
    read(token) {
      const [payload = '', signature = ''] = token.split('.');
      const given = Buffer.from(signature);
      const expected = Buffer.from(sign(payload));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const [projectId, personId, address] = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as [number, number, string];
      return { projectId, personId, address };
    },
  };
}
