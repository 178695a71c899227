import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** One mail as the server took it. */
export interface TakenMail {
  messageId: string;
  to: string;
  subject: string;
  html: string;
  text: string;
  headers: Map<string, string>;
}

/** A real SMTP server that keeps what it takes. */
export interface MailSink {
  url: string;
  mails: TakenMail[];
  close(): Promise<void>;
}

export async function openMailSink(port = 0): Promise<MailSink> {
  const mails: TakenMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          mails.push({
            messageId: mail.messageId ?? '',
            to: mail.to?.[0]?.address ?? '',
            subject: mail.subject ?? '',
            html: mail.html ?? '',
            text: mail.text ?? '',
            headers: new Map(mail.headers.map((header) => [header.key, header.value])),
          });
          done();
        }, done);
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  // A sender that dies in the middle of a mail breaks its connection: that mail was not taken.
  server.on('error', () => undefined);
  const address = server.server.address();
  return {
    url: `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
