import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** A key for signatures, as the receiver gets it. */
export function newSigningSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/** The headers of one signed message (Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`). Trying again keeps the id, so the receiver can tell. */
export function signedHeaders(secret: string, message: { id: string; sentAt: number; body: string }): Record<string, string> {
  const timestamp = String(Math.floor(message.sentAt / 1_000));
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${message.id}.${timestamp}.${message.body}`).digest('base64');
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
