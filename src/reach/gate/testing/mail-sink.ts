import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server';

/** A real SMTP server that keeps what it was given. */
export interface MailSink {
  url: string;
  port: number;
  /** Raw messages that were taken, in order. */
  mails: string[];
  /** Message-IDs of what was taken. */
  ids(): string[];
  close(): Promise<void>;
}

export interface MailSinkOptions {
  port?: number;
  /** Answers a recipient with this code and text in place of 250. */
  refuseRecipient?: (address: string) => { code: number; text: string } | undefined;
  /** Called with each whole message before it is answered; an error is the answer, a promise that never ends leaves the client waiting. */
  onMail?: (raw: string) => Promise<{ code: number; text: string } | undefined> | { code: number; text: string } | undefined;
}

/** Listens on a free port of 127.0.0.1, or on the one given. */
export async function openMailSink(options: MailSinkOptions = {}): Promise<MailSink> {
  const mails: string[] = [];
  const refusal = ({ code, text }: { code: number; text: string }): Error => Object.assign(new Error(text), { responseCode: code });
  const onData: SMTPServerOptions['onData'] = (stream: SMTPServerDataStream, _session, callback) => {
    let raw = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      raw += chunk;
    });
    stream.on('end', async () => {
      const answer = await options.onMail?.(raw);
      if (answer) return callback(refusal(answer));
      mails.push(raw);
      callback();
    });
  };
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onRcptTo: (address, _session, callback) => {
      const answer = options.refuseRecipient?.(address.address);
      callback(answer ? refusal(answer) : null);
    },
    onData,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    ids: () => mails.map((raw) => /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? ''),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
