import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors/errors.ts';
import { readWholeBody } from '../../kernel/http/read-whole-body.ts';
import { localeOf, type Texts } from '../../kernel/http/texts.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { KeyOfToken, ProjectsApi } from '../../workspace/projects/index.ts';
import type { ItemsApi } from '../items/index.ts';
import { eventLimits, refuseStream } from '../stream/contract.ts';
import { refuseGateway } from './contract.ts';
import { Deadline } from './deadline.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectMessage, DialectRequest, DialectResult, DialectRoute } from './dialect.ts';
import type { Exchange } from './exchange.ts';
import type { Quotas } from './quotas/quotas.ts';
import { isPacked, unpack } from './read-body.ts';
import type { Sending } from './sending.ts';
import { refuseAll, type Taken, type TakeParts, takeMessages } from './take-messages.ts';
import { WireRequest } from './wire-request.ts';

export interface GatewayParts extends TakeParts {
  projects: Pick<ProjectsApi, 'keyByToken'>;
  quotas: Pick<Quotas, 'spend'>;
  items: Pick<ItemsApi, 'change'>;
  clock: Clock;
  ids: Ids;
  texts: Texts;
}

/** A route with the dialect that it belongs to. */
export interface Claimant {
  dialect: Dialect;
  route: DialectRoute;
}

const NO_BODY = Buffer.alloc(0);
/** Whoever waits longer is told to come again: a store stands still. What was sent goes on, and is known as a duplicate when it comes again. */
const ANSWER_WITHIN_MS = 20_000;
const RETRY_AFTER_SECONDS = 2;

/** A path of one or several dialects, as it is mounted. */
export interface Mount {
  claimants: readonly Claimant[];
  /** The dialect of a `/c/<dialect>/<write key>`. */
  mountedAs: string | undefined;
  /** The largest body that one of the claimants takes. */
  bodySizeMaxBytes: number;
}

/** Answers requests of the dialects. */
export class DialectServer {
  readonly #parts: GatewayParts;
  readonly #deadline = new Deadline<Served>(ANSWER_WITHIN_MS, (served) => {
    const refusal = { retryAfterSeconds: RETRY_AFTER_SECONDS, details: { seconds: RETRY_AFTER_SECONDS } };
    fail(refuseStream('store_unavailable', refusal), served);
  });
  readonly #newId: () => string;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#newId = () => parts.ids.uuid();
  }

  /** Answers a request that one of the mount's claimants understands, when its body has come. */
  serve(exchange: Exchange, mount: Mount): void {
    readWholeBody(exchange.request.raw, mount.bodySizeMaxBytes, (body) => {
      if ('bytes' in body) this.#take(exchange, mount, body.bytes);
      else {
        exchange.isLast = true;
        const error = refuseGateway('body_too_large', { details: { max: mount.bodySizeMaxBytes } });
        fail(error, this.#claim(exchange, mount, NO_BODY));
      }
    });
  }

  #take(exchange: Exchange, mount: Mount, bytes: Buffer): void {
    if (!isPacked(bytes)) {
      this.#answer(this.#claim(exchange, mount, bytes));
      return;
    }
    unpack(bytes, mount.bodySizeMaxBytes).then(
      (body) => this.#answer(this.#claim(exchange, mount, body)),
      // The client is told in its own form; which client it is stands in what can be read without the body.
      (error: unknown) => fail(error, this.#claim(exchange, mount, NO_BODY)),
    );
  }

  #claim(exchange: Exchange, { claimants, mountedAs }: Mount, body: Buffer): Served {
    const request = new WireRequest(exchange.request, { body, mountedAs, receivedAt: this.#parts.clock.now(), newId: this.#newId });
    return { startedAt: exchange.startedAt, exchange, request, claimant: claimantOf(claimants, request) };
  }

  #answer(served: Served): void {
    const max = bodySizeMax(served.claimant.route);
    if (served.request.body.length > max) {
      fail(refuseGateway('body_too_large', { details: { max } }), served);
      return;
    }
    this.#deadline.begin(served);
    understand(served.claimant, served.request, this.#parts)
      .then((answer) => {
        this.#deadline.end(served);
        served.exchange.answer(answer);
      })
      .catch((error: unknown) => {
        this.#deadline.end(served);
        fail(error, served);
      });
  }
}

/** A request on its way to its answer. */
interface Served {
  startedAt: number;
  exchange: Exchange;
  request: WireRequest;
  claimant: Claimant;
}

/** Answers a failure in the form of the client that the request is from. */
function fail(error: unknown, { exchange, request, claimant }: Served): void {
  if (!(error instanceof AppError)) {
    exchange.fail(error);
    return;
  }
  const headers: Record<string, string> = {};
  // Segment's name for the end of the wait, which other clients read as well.
  if (error.status === 429 && error.retryAfterSeconds !== undefined)
    headers['x-ratelimit-reset'] = String(Math.ceil(request.receivedAt / 1_000) + error.retryAfterSeconds);
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(error.retryAfterSeconds);
  if (!claimant.route.fail) {
    exchange.fail(error, headers);
    return;
  }
  try {
    exchange.answer(claimant.route.fail(error, request), headers);
  } catch (thrown) {
    exchange.fail(thrown, headers);
  }
}

export function bodySizeMax(route: DialectRoute): number {
  return route.bodySizeMaxBytes ?? eventLimits.batchSizeMaxBytes;
}

function claimantOf(claimants: readonly Claimant[], request: DialectRequest): Claimant {
  const [first] = claimants;
  if (!first) throw new Error('A path without a dialect was mounted');
  if (claimants.length === 1) return first;
  return claimants.find(({ route }) => route.claims?.(request) ?? true) ?? first;
}

async function understand({ dialect, route }: Claimant, request: DialectRequest, parts: GatewayParts): Promise<DialectAnswer> {
  const reading = route.read(request);
  const said = reading instanceof Promise ? await reading : reading;
  const named = request.token ?? said.token;
  if (named === undefined) {
    if ('answer' in said) return said.answer;
    throw refuseGateway('key_missing');
  }
  const token = tokenOfName(named);
  const key = await parts.projects.keyByToken(token);
  if (!key) throw refuseGateway('key_unknown');
  if ('answer' in said) return said.answer;
  if (said.items) await parts.items.change(key.projectId, said.items);
  const sending = sendingOf({ key, token, dialect, request, said });
  const spending = withinLimits(sending, said.messages, parts);
  if (spending) await spending;
  const taken = await takeMessages(sending, said.messages, parts);
  return route.answer(resultOf(taken, said, request, parts.texts), request);
}

/**
 * Counts the messages against what the key may send; beyond it the request is refused whole, which the live view and the figures show. Gives a promise only
 * when there is something to wait for.
 */
function withinLimits(sending: Sending, messages: readonly DialectMessage[], parts: GatewayParts): Promise<void> | undefined {
  return parts.quotas.spend(sending.key, messages.length)?.catch(async (error: unknown) => {
    if (error instanceof AppError) {
      sending.mask = (await parts.enrichment.prepare(sending.key.projectId)).mask;
      refuseAll(sending, messages, { error, parts });
    }
    throw error;
  });
}

/** The token of a key as clients name it: `wk_...` itself, its 32 digits alone, or these as a UUID. */
function tokenOfName(name: string): string {
  const digits = name.length === 36 || name.length === 32 ? name.replaceAll('-', '').toLowerCase() : '';
  return /^[0-9a-f]{32}$/.test(digits) ? `wk_${digits}` : name;
}

const hintNames = [
  'sec-ch-ua',
  'sec-ch-ua-full-version-list',
  'sec-ch-ua-mobile',
  'sec-ch-ua-model',
  'sec-ch-ua-platform',
  'sec-ch-ua-platform-version',
];

interface SendingParts {
  key: KeyOfToken;
  token: string;
  dialect: Dialect;
  request: DialectRequest;
  said: DialectBatch;
}

function sendingOf({ key, token, dialect, request, said }: SendingParts): Sending {
  const sending: Sending = {
    key,
    keyShown: `${token.slice(0, 10)}…`,
    source: dialect.name,
    receivedAt: request.receivedAt,
    sentAt: said.sentAt,
    ip: '',
  };
  if (said.isFromServer || key.kind === 'secret') return sending;
  sending.ip = request.ip;
  sending.userAgent = request.headers['user-agent'];
  if (request.headers['sec-ch-ua'] !== undefined) sending.hints = hintsOf(request);
  return sending;
}

function hintsOf({ headers }: DialectRequest): Record<string, string> {
  const hints: Record<string, string> = {};
  for (const name of hintNames) {
    const value = headers[name];
    if (typeof value === 'string') hints[name] = value;
  }
  return hints;
}

function resultOf(taken: Taken, batch: DialectBatch, request: DialectRequest, texts: Texts): DialectResult {
  if (taken.refused.length === 0) return { accepted: taken.accepted, duplicates: taken.duplicates, refused: [], batch };
  const locale = localeOf(request.headers['accept-language']);
  const refused = taken.refused.map(({ index, code, details }) => {
    const [slice = '', reason = ''] = code.split('.');
    return { index, code, details, message: texts.text(locale, `${slice}.errors.${reason}`, details) ?? code };
  });
  return { accepted: taken.accepted, duplicates: taken.duplicates, refused, batch };
}
