import { PrivateAddressError } from '../../../kernel/outbound/addresses.ts';
import { guardedRequest, readText } from '../../../kernel/outbound/guarded-request.ts';
import { refuseExport } from '../contract.ts';
import type { WebhookSettings } from '../tables.ts';
import { signedHeaders } from './sign.ts';

const IDLE_TIMEOUT_MS = 15_000;
const ANSWER_SHOWN = 200;

export interface WebhookTarget {
  settings: WebhookSettings;
  secret: string;
  allowsPrivate: boolean;
}

/** Sends one batch; anything but 2xx is a refusal (`exports.answered`, `exports.unreachable`, `exports.private_address`). `id` is the same when it is sent again. */
export async function sendWebhook(
  { settings, secret, allowsPrivate }: WebhookTarget,
  message: { id: string; content: object },
  signal?: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(message.content);
  const headers = {
    ...settings.headers,
    'content-type': 'application/json; charset=utf-8',
    ...signedHeaders(secret, { id: message.id, sentAt: Date.now(), body }),
  };
  const reply = await guardedRequest({
    url: settings.url,
    method: 'POST',
    headers,
    body,
    allowsPrivate,
    idleTimeoutMs: IDLE_TIMEOUT_MS,
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (error instanceof PrivateAddressError) throw refuseExport('private_address', { details: { host: error.host } });
    const { code, message: reason } = error as { code?: string; message?: string };
    throw refuseExport('unreachable', { details: { reason: code ?? reason ?? String(error) }, cause: error });
  });
  const answer = await readText(reply.body, ANSWER_SHOWN).catch(() => '');
  reply.body.destroy();
  if (reply.status < 200 || reply.status > 299) throw refuseExport('answered', { details: { status: reply.status, answer } });
}
