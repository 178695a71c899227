import { AppError } from '../../kernel/errors/errors.ts';
import type { KeyOfToken } from '../../workspace/projects/index.ts';
import type { EventKind, EventOutcome, IncomingEvent } from '../stream/contract.ts';
import type { StreamApi } from '../stream/index.ts';
import type { Arrivals, NewArrival } from './arrivals.ts';
import { refuseGateway } from './contract.ts';
import { isObject } from './read-body.ts';
import { instantOf, readMessage } from './segment-message.ts';

/** What was refused of a batch and why. */
export interface Refusal {
  index: number;
  code: string;
  details: Record<string, unknown>;
}

export interface TakenRequest {
  accepted: number;
  duplicates: number;
  refused: Refusal[];
  count: number;
}

/** A request whose key is known and whose body is read. */
export interface KnownRequest {
  key: KeyOfToken;
  token: string;
  kind: EventKind | 'batch';
  body: Record<string, unknown>;
  receivedAt: number;
}

export interface TakeParts {
  stream: Pick<StreamApi, 'accept'>;
  arrivals: Arrivals;
  newId(): string;
}

type Fate = { event: IncomingEvent } | { error: AppError };

/** Takes the messages of a request: what is usable is durable when it resolves; each refusal has its reason. */
export async function takeRequest(request: KnownRequest, parts: TakeParts): Promise<TakenRequest> {
  const messages = request.kind === 'batch' ? request.body.batch : [request.body];
  if (!Array.isArray(messages)) throw refuseGateway('batch_missing');
  const sentAt = instantOf(request.body.sentAt ?? (isObject(messages[0]) ? messages[0].sentAt : undefined));
  const kind = request.kind === 'batch' ? undefined : request.kind;
  const fates = messages.map((message, sequence) => readOne(message, { kind, sequence, receivedAt: request.receivedAt, sentAt, newId: parts.newId }));
  const events = fates.flatMap((fate) => ('event' in fate ? [fate.event] : []));
  const meta = { receivedAt: request.receivedAt, source: 'gateway', ...(sentAt !== undefined && { sentAt }) };
  const { outcomes } = await parts.stream.accept(request.key.projectId, events, meta);
  const taken: TakenRequest = { accepted: 0, duplicates: 0, refused: [], count: messages.length };
  const arrivals: NewArrival[] = [];
  let next = 0;
  fates.forEach((fate, index) => {
    const outcome: EventOutcome | undefined = 'event' in fate ? outcomes[next++] : undefined;
    const refusal = 'error' in fate ? fate.error : outcome?.status === 'refused' ? outcome : undefined;
    if (refusal) taken.refused.push({ index, code: refusal.code, details: refusal.details });
    else if (outcome?.status === 'duplicate') taken.duplicates += 1;
    else taken.accepted += 1;
    arrivals.push(arrivalOf(request, { message: messages[index], event: 'event' in fate ? fate.event : undefined, outcome, refusal }));
  });
  parts.arrivals.add(request.key.projectId, arrivals);
  return taken;
}

function readOne(message: unknown, around: Parameters<typeof readMessage>[1]): Fate {
  try {
    return { event: readMessage(message, around) };
  } catch (error) {
    if (error instanceof AppError) return { error };
    throw error;
  }
}

interface OneFate {
  message: unknown;
  event: IncomingEvent | undefined;
  outcome: EventOutcome | undefined;
  refusal: { code: string; details: Record<string, unknown> } | undefined;
}

function arrivalOf(request: KnownRequest, { message, event, outcome, refusal }: OneFate): NewArrival {
  const sent = isObject(message) ? message : {};
  const library = isObject(sent.context) && isObject(sent.context.library) ? sent.context.library.name : undefined;
  const shown = (value: unknown): string | null => (typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 255) : null);
  return {
    at: request.receivedAt,
    kind: event?.kind ?? shown(sent.type)?.slice(0, 20) ?? request.kind,
    event: (event?.event ?? shown(sent.event) ?? '').slice(0, 255),
    userId: event?.userId?.slice(0, 255) ?? shown(sent.userId),
    anonymousId: event?.anonymousId?.slice(0, 255) ?? shown(sent.anonymousId),
    messageId: event?.messageId.slice(0, 255) ?? shown(sent.messageId) ?? '',
    key: `${request.token.slice(0, 10)}…`,
    keyKind: request.key.kind,
    library: shown(library)?.slice(0, 60) ?? null,
    status: refusal ? 'refused' : outcome?.status === 'duplicate' ? 'duplicate' : 'accepted',
    personId: outcome?.status === 'accepted' ? outcome.personId : null,
    code: refusal?.code ?? null,
    details: refusal?.details ?? {},
    message,
  };
}
