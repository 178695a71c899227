/** One message of Segment's protocol. */
export interface Message {
  type: string;
  messageId: string;
  [key: string]: unknown;
}

/** What a door answered. */
export interface Answer {
  status: number;
  accepted: number;
  duplicates: number;
  retryAfter: string | null;
}

const TIMEOUT_MS = 60_000;
const PAUSE_MS = 150;

/** Sends one batch once. Throws when no answer comes. */
export async function sendBatch(url: string, writeKey: string, batch: readonly Message[]): Promise<Answer> {
  const reply = await fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ writeKey, batch, sentAt: new Date().toISOString() }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body = (await reply.json()) as { accepted?: number; duplicates?: number };
  return { status: reply.status, accepted: body.accepted ?? 0, duplicates: body.duplicates ?? 0, retryAfter: reply.headers.get('retry-after') };
}

/** A client with a queue: sends batches to doors in turn until each was acknowledged, whatever happens to the doors meanwhile. */
export class Sender {
  readonly #urls: () => readonly string[];
  readonly #writeKey: string;
  /** Ids of messages that a door has acknowledged. */
  readonly acknowledged = new Set<string>();
  /** Answers that were not 200, by status; 0: none came. */
  readonly refusals: Record<number, number> = {};
  /** Answers of 503 without a Retry-After. */
  unhelpful = 0;
  #turn = 0;

  constructor(urls: () => readonly string[], writeKey: string) {
    this.#urls = urls;
    this.#writeKey = writeKey;
  }

  /** Resolves when the batch was acknowledged. Gives up when `isOver` says so. */
  async send(batch: readonly Message[], isOver: () => boolean = () => false): Promise<void> {
    while (!isOver()) {
      const urls = this.#urls();
      const url = urls[this.#turn++ % urls.length] ?? '';
      const answer = await sendBatch(url, this.#writeKey, batch).catch(() => undefined);
      if (answer?.status === 200) {
        for (const { messageId } of batch) this.acknowledged.add(messageId);
        return;
      }
      const status = answer?.status ?? 0;
      if (status !== 0 && status < 500 && status !== 429) throw new Error(`The batch was refused with ${status}`);
      if (status === 503 && answer?.retryAfter === null) this.unhelpful += 1;
      this.refusals[status] = (this.refusals[status] ?? 0) + 1;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
