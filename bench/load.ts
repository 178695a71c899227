import { connect, type Socket } from 'node:net';

/** Requests of a load and how they were answered. */
export interface LoadFigures {
  requests: number;
  seconds: number;
  /** Milliseconds from the instant when the request was due to its answer. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Answers by status. */
  statuses: Record<string, number>;
  /** CPU of this process while it sent, in seconds. */
  clientCpuSeconds: number;
}

export interface LoadPlan {
  /** `http://127.0.0.1:7300` */
  url: string;
  connections: number;
  /** The next whole request (head and body); undefined ends the load. */
  next(): Buffer | undefined;
  /** Requests are due at this rate, whether or not the server keeps up. Absent: each connection sends as soon as it was answered. */
  perSecond?: number;
  /** Told each answer that is not 2xx. Absent: the first one ends the load with an error. */
  onRefused?(status: number): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const TICK_MS = 5;

/** Head and body of a POST as bytes, so that a load costs the sender next to nothing. */
export function postBytes(path: string, body: Buffer, headers: Record<string, string> = {}): Buffer {
  const lines = Object.entries({ host: 'localhost', 'content-type': 'application/json', ...headers, 'content-length': String(body.length) });
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`), body]);
}

/** Sends a load over keep-alive connections, one request at a time on each. Node's own client would cost as much as the server that is measured. */
export async function runLoad(plan: LoadPlan): Promise<LoadFigures> {
  const times: number[] = [];
  const statuses: Record<string, number> = {};
  const address = new URL(plan.url);
  const due = plan.perSecond === undefined ? undefined : new DueTimes(plan.perSecond);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const work = async (): Promise<void> => {
    const connection = await Connection.open(address);
    try {
      for (;;) {
        const dueAt = due === undefined ? performance.now() : await due.next();
        const bytes = plan.next();
        if (bytes === undefined) return;
        const status = await connection.send(bytes);
        times.push(performance.now() - dueAt);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status >= 200 && status < 300) continue;
        if (!plan.onRefused) throw new Error(`A request was answered with ${status}: ${connection.lastAnswer()}`);
        plan.onRefused(status);
      }
    } finally {
      connection.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: plan.connections }, work));
  } finally {
    due?.stop();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const used = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  const at = (part: number): number => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0);
  const clientCpuSeconds = (used.user + used.system) / 1e6;
  return { requests: times.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), statuses, clientCpuSeconds };
}

/** Instants at which requests are due, handed to whoever is free. */
class DueTimes {
  readonly #everyMs: number;
  readonly #timer: NodeJS.Timeout;
  #next = performance.now();
  #free: ((dueAt: number) => void)[] = [];

  constructor(perSecond: number) {
    this.#everyMs = 1_000 / perSecond;
    this.#timer = setInterval(() => this.#hand(), TICK_MS);
  }

  next(): Promise<number> {
    return new Promise((resolve) => {
      this.#free.push(resolve);
      this.#hand();
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #hand(): void {
    const now = performance.now();
    while (this.#free.length > 0 && this.#next <= now) {
      this.#free.shift()?.(this.#next);
      this.#next += this.#everyMs;
    }
  }
}

class Connection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #answer: Buffer = Buffer.alloc(0);
  #wanted = -1;
  #size = 0;
  #settle: { resolve(status: number): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    const end = (error?: Error): void => this.#settle?.reject(error ?? new Error('The server closed the connection'));
    socket.on('error', end);
    socket.on('close', () => end());
  }

  static open(address: URL): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(address.port), address.hostname, () => resolve(new Connection(socket)));
      socket.setNoDelay(true);
      socket.once('error', reject);
    });
  }

  send(bytes: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(bytes);
    });
  }

  lastAnswer(): string {
    return this.#answer.toString('utf8').slice(0, 500);
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    const whole = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    const headEnd = whole.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = whole.toString('latin1', 0, headEnd);
    this.#wanted = headEnd + HEAD_END.length + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#size < this.#wanted) return;
    this.#answer = whole;
    this.#received = [];
    this.#size = 0;
    this.#wanted = -1;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve(Number(head.slice(9, 12)));
  }
}
