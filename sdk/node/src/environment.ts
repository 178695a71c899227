import { randomUUID } from 'node:crypto';

/** What came back for a request; status 0 for no answer. */
export interface Reply {
  status: number;
  retryAfter?: string | null;
  body?: string;
}

export interface Request {
  url: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
  timeoutMs: number;
}

/** All that the client needs of its surroundings; the vectors give one with a clock of their own. */
export interface Environment {
  now(): number;
  newId(): string;
  /** 0 to 1. */
  random(): number;
  /** Runs `work` later without keeping the process alive; the answer takes it back. */
  later(work: () => void, delayMs: number): () => void;
  /** Never rejects. */
  post(request: Request): Promise<Reply>;
}

export const nodeEnvironment: Environment = {
  now: () => Date.now(),
  newId: () => randomUUID(),
  random: () => Math.random(),
  later(work, delayMs) {
    const timer = setTimeout(work, delayMs).unref();
    return () => clearTimeout(timer);
  },
  async post({ url, headers, body, timeoutMs }) {
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.text() };
    } catch {
      return { status: 0 };
    }
  },
};
