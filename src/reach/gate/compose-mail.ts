import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { UNSUBSCRIBE_PLACEHOLDER } from '../templates/index.ts';
import type { DeliverySettings } from './contract.ts';
import type { DeliveryRow } from './tables.ts';

/** A mail ready for the wire. */
export interface ComposedMail {
  envelope: { from: string; to: string };
  raw: Buffer;
}

/** The mail's identity for ever: the same message tried twice has the same id. */
export function messageIdOf(delivery: Pick<DeliveryRow, 'project_id' | 'idempotency_key'>, domain: string): string {
  const digest = createHash('sha256').update(`${delivery.project_id}:${delivery.idempotency_key}`).digest('hex').slice(0, 40);
  return `<${digest}@${domain}>`;
}

/** Sender of a project: its own address, or the installation's (`PERENNIAL_MAIL_FROM`, `Name <address>` or an address). */
export function senderOf(
  settings: Pick<DeliverySettings, 'fromName' | 'fromAddress'>,
  mailFrom: string,
): { name: string; address: string; domain: string } {
  const match = /^\s*(?:"?([^"<]*)"?\s*)<([^>]+)>\s*$/.exec(mailFrom);
  const fallback = match ? { name: (match[1] ?? '').trim(), address: (match[2] ?? '').trim() } : { name: '', address: mailFrom.trim() };
  const address = settings.fromAddress ?? fallback.address;
  return { name: settings.fromName ?? fallback.name, address, domain: address.split('@')[1] ?? 'localhost' };
}

/** The person's own link in the place that the template left for it, or below the mail when it left none. Transactional mails get none. */
export function withUnsubscribeLink(content: { html: string; text: string }, link: string | undefined): { html: string; text: string } {
  if (link === undefined)
    return { html: content.html.replaceAll(UNSUBSCRIBE_PLACEHOLDER, '#'), text: content.text.replaceAll(UNSUBSCRIBE_PLACEHOLDER, '') };
  const hasPlace = content.html.includes(UNSUBSCRIBE_PLACEHOLDER);
  const html = content.html.replaceAll(UNSUBSCRIBE_PLACEHOLDER, link);
  const text = content.text.replaceAll(UNSUBSCRIBE_PLACEHOLDER, link);
  if (hasPlace) return { html, text };
  const foot = `<p style="margin-top:32px;font-size:12px;color:#777"><a href="${link}" style="color:#777">退订 / Unsubscribe</a></p>`;
  const end = html.toLowerCase().lastIndexOf('</body>');
  return { html: end < 0 ? html + foot : html.slice(0, end) + foot + html.slice(end), text: `${text}\n\n退订 / Unsubscribe: ${link}` };
}

/** The content as the outbox shows it: without a working unsubscribe link, so that a look at it opts nobody out. */
export function composedContent(delivery: Pick<DeliveryRow, 'html' | 'plain' | 'category'>): { html: string | null; text: string | null } {
  if (delivery.html === null) return { html: null, text: null };
  return withUnsubscribeLink({ html: delivery.html, text: delivery.plain ?? '' }, delivery.category === 'marketing' ? '#' : undefined);
}

/** Builds the MIME message: text and HTML, a stable Message-ID, and for marketing the two unsubscribe headers of RFC 2369 and RFC 8058. */
export async function composeMail(
  delivery: DeliveryRow,
  settings: DeliverySettings,
  options: { mailFrom: string; unsubscribeLink: string | undefined },
): Promise<ComposedMail> {
  const sender = senderOf(settings, options.mailFrom);
  const to = delivery.address ?? '';
  const content = withUnsubscribeLink({ html: delivery.html ?? '', text: delivery.plain ?? '' }, options.unsubscribeLink);
  const link = options.unsubscribeLink;
  const raw = await new MailComposer({
    from: { name: sender.name, address: sender.address },
    to: { name: '', address: to },
    ...(settings.replyTo ? { replyTo: settings.replyTo } : {}),
    subject: delivery.subject ?? '',
    messageId: messageIdOf(delivery, sender.domain),
    date: delivery.created_at,
    text: content.text,
    html: content.html,
    headers: link === undefined ? {} : { 'List-Unsubscribe': `<${link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
  return { envelope: { from: sender.address, to }, raw };
}
