import { Readable } from 'node:stream';
import nodemailer from 'nodemailer';
import type { ComposedMail } from './compose-mail.ts';

const CONNECTIONS_MAX = 5;
const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 60_000;
const MESSAGES_PER_CONNECTION = 1_000;

/**
 * What became of one hand-over. `later`: surely not taken, worth another try; `isServerDown` when it was the server and not this mail.
 * `refused`: surely not taken and never will be; `isUnknownUser` when the mailbox does not exist. `unknown`: the last byte may have arrived.
 */
export type HandOver =
  | { outcome: 'sent' }
  | { outcome: 'later'; error: string; isServerDown: boolean }
  | { outcome: 'refused'; error: string; isUnknownUser: boolean }
  | { outcome: 'unknown'; error: string }
  | { outcome: 'lost_lease' };

export interface MailServer {
  host: string;
  /**
   * Sends one mail. `mark` must make durable that the mail is about to be handed over; it is awaited when everything but the end of the message
   * has been written, so that only the instant between its commit and the server's answer is open. When it answers false, nothing is sent.
   */
  send(mail: ComposedMail, mark: () => Promise<boolean>): Promise<HandOver>;
  close(): void;
}

/** Opens a pool of connections to an SMTP server; connects when first used. `url` is `smtp://user:password@host:port` or `smtps://…`. */
export function openMailServer(url: string): MailServer {
  const transport = nodemailer.createTransport({
    pool: true,
    url,
    maxConnections: CONNECTIONS_MAX,
    maxMessages: MESSAGES_PER_CONNECTION,
    // Never tried again by the pool: whether a second try is safe is decided by the delivery's own record.
    maxRequeues: 0,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    host: new URL(url).host,
    async send(mail, mark) {
      const ending = { isMarked: false, isLost: false };
      try {
        await transport.sendMail({ envelope: mail.envelope, raw: endingWithMark(mail.raw, mark, ending) });
        return { outcome: 'sent' };
      } catch (error) {
        if (ending.isLost) return { outcome: 'lost_lease' };
        return judgeFailure(error as SmtpFailure, ending.isMarked);
      }
    },
    close: () => transport.close(),
  };
}

/** The whole message, then the mark, and only then the end of the stream, which becomes the final dot. */
function endingWithMark(raw: Buffer, mark: () => Promise<boolean>, ending: { isMarked: boolean; isLost: boolean }): Readable {
  return Readable.from(
    (async function* () {
      yield raw;
      // From the moment that the mark may have been written, a failure says nothing about the mail.
      if (await mark()) ending.isMarked = true;
      else {
        ending.isLost = true;
        throw new Error('the delivery is no longer in these hands');
      }
    })(),
    { objectMode: false },
  );
}

interface SmtpFailure {
  message?: string;
  code?: string;
  command?: string;
  responseCode?: number;
  response?: string;
}

/** Codes of failures that are about this one mail; all others are about the server or the way to it. */
const ABOUT_THE_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

/** Reads a failure: an answer of the server decides; without one, the mark does. */
export function judgeFailure(failure: SmtpFailure, isMarked: boolean): HandOver {
  const error = (failure.response || failure.message || 'the mail server failed').slice(0, 500);
  const isAboutMail = ABOUT_THE_MAIL.has(failure.code ?? '');
  const status = failure.responseCode ?? 0;
  // No status: it was never offered to the server, because the address or the size cannot be.
  if (isAboutMail && (status >= 500 || (status === 0 && !isMarked))) return { outcome: 'refused', error, isUnknownUser: isUnknownUser(failure) };
  // 421 closes the channel whatever was in hand, so after the last byte it tells nothing about the mail.
  if (isAboutMail && status >= 400 && !(status === 421 && isMarked)) return { outcome: 'later', error, isServerDown: status === 421 };
  if (isMarked) return { outcome: 'unknown', error };
  return { outcome: 'later', error, isServerDown: true };
}

/** RFC 3463: 5.1.1 no such mailbox, 5.1.2 no such domain, 5.1.6 moved; a bare 550 or 551 to RCPT says the same, a 5.7.x is about policy. */
function isUnknownUser({ responseCode, response = '', command }: SmtpFailure): boolean {
  const enhanced = /\b5\.(\d{1,3})\.(\d{1,3})\b/.exec(response);
  if (enhanced) return enhanced[1] === '1' && ['1', '2', '3', '6', '10'].includes(enhanced[2] ?? '');
  return command === 'RCPT TO' && (responseCode === 550 || responseCode === 551 || responseCode === 553);
}
