import type { AppError } from '../../kernel/errors/errors.ts';
import { clientOf, type EnrichmentApi, type EnrichmentRequest } from '../enrichment/index.ts';
import type { IdentityApi } from '../identity/index.ts';
import type { EventOutcome, GroupClaim, IncomingEvent } from '../stream/contract.ts';
import type { StreamApi } from '../stream/index.ts';
import { type QuarantineEntry, refusePlan, type Violation } from '../tracking-plan/contract.ts';
import type { Sight, TrackingPlanApi } from '../tracking-plan/index.ts';
import type { Fate } from './arrival-of.ts';
import type { Arrivals } from './arrivals.ts';
import type { DialectMessage } from './dialect.ts';
import type { Sending } from './sending.ts';

/** A message that was refused, and why. */
export interface Refusal {
  index: number;
  code: string;
  details: Record<string, unknown>;
}

/** What became of a request's messages. `accepted` counts what the project's own rules dropped or put aside, too: the client has done its part. */
export interface Taken {
  accepted: number;
  duplicates: number;
  refused: Refusal[];
}

export interface TakeParts {
  stream: Pick<StreamApi, 'accept'>;
  identity: Pick<IdentityApi, 'describeGroups'>;
  enrichment: Pick<EnrichmentApi, 'prepare' | 'quality'>;
  plan: Pick<TrackingPlanApi, 'prepare' | 'quarantine' | 'observe'>;
  arrivals: Arrivals;
  /** Counts messages by `dialect` and `outcome`. */
  count(dialect: string, outcome: Fate['status'], count: number): void;
}

/**
 * The one way of events from outside: enrichment -> tracking plan -> stream -> live view. What is usable is durable when it resolves; each refusal has
 * its reason. Throws the stream's 503s: then nothing of the request may be taken as written.
 */
export async function takeMessages(sending: Sending, messages: readonly DialectMessage[], parts: TakeParts): Promise<Taken> {
  const { projectId } = sending.key;
  const sorted = await sort(sending, messages, parts);
  const { fates, sights, clients } = sorted;
  if (sorted.descriptions.length > 0) await parts.identity.describeGroups(projectId, sorted.descriptions);
  if (sorted.aside.length > 0) await parts.plan.quarantine(projectId, sorted.aside);
  const writing = write(sending, sorted, parts);
  const held = parts.arrivals.hold(projectId, messages.length);
  try {
    const shown = letGo(messages, held);
    const { outcomes } = await writing;
    const written: Sight[] = [];
    let next = 0;
    for (let index = 0; index < fates.length; index += 1) {
      if (fates[index]) continue;
      const sight = sights[next];
      const outcome = outcomes[next++];
      if (sight && outcome?.status === 'accepted') written.push(sight);
      const violations = sorted.warnings.get(index);
      fates[index] = violations && outcome ? { ...fateOf(outcome), violations } : fateOf(outcome);
    }
    parts.plan.observe(projectId, written);
    const settled = fates as Fate[];
    parts.arrivals.add(
      projectId,
      shown.map(({ message, index }) => ({ sending, message, fate: settled[index] ?? UNREADABLE })),
    );
    count(sending, { clients, fates: settled }, parts);
    return tell(settled);
  } finally {
    parts.arrivals.release(held);
  }
}

/** Hands the events over: whoever waits for the stores holds none of them, because thousands do at a time. */
function write(sending: Sending, sorted: Sorted, parts: TakeParts): ReturnType<StreamApi['accept']> {
  const meta = { receivedAt: sending.receivedAt, source: sending.source, ...(sending.sentAt !== undefined && { sentAt: sending.sentAt }) };
  return parts.stream.accept(sending.key.projectId, sorted.passed.splice(0), meta);
}

/** Gives the messages that the live view will show, and lets go of what nobody asks for of the others: all but the last `held` of those that allow it. */
function letGo(messages: readonly DialectMessage[], held: number): { message: DialectMessage; index: number }[] {
  const shown: { message: DialectMessage; index: number }[] = [];
  messages.forEach((message, index) => {
    if (index >= messages.length - held || !('event' in message) || !message.isLetGo) {
      shown.push({ message, index });
      return;
    }
    message.raw = undefined;
    message.event = GONE;
  });
  return shown;
}

/** Stands for an event that was let go of. */
const GONE: IncomingEvent = Object.freeze({ messageId: '', kind: 'track', event: '', time: 0, sequence: 0, properties: {}, context: {} });

/** Shows and counts messages of a request that is refused whole. Of a flood the live view shows the first of each request. */
export function refuseAll(
  sending: Sending,
  messages: readonly DialectMessage[],
  { error, parts }: { error: AppError; parts: Pick<TakeParts, 'arrivals' | 'count' | 'enrichment'> },
): void {
  const fate: Fate = { status: 'refused', code: error.code, details: error.details };
  const [first] = messages;
  if (first) parts.arrivals.add(sending.key.projectId, [{ sending, message: first, fate, isUntouched: true }]);
  count(sending, { clients: messages.map(clientOfMessage), fates: messages.map(() => fate) }, parts);
}

const UNREADABLE: Fate = { status: 'refused', code: 'stream.event_unreadable', details: {} };

function fateOf(outcome: EventOutcome | undefined): Fate {
  return outcome ?? UNREADABLE;
}

interface Sorted {
  /** What is decided before the stream is asked; the others are in `passed`, in their order. */
  fates: (Fate | undefined)[];
  passed: IncomingEvent[];
  /** Of each event in `passed` what the tracking plan learns from. */
  sights: Sight[];
  /** The library of each message. */
  clients: string[];
  aside: QuarantineEntry[];
  /** What is said of groups by nobody in them: no event of anybody's. */
  descriptions: { group: GroupClaim; at: number }[];
  /** Violations of events that go on, by their place. */
  warnings: Map<number, readonly Violation[]>;
}

/** Lets enrichment and the tracking plan look at each event. */
async function sort(sending: Sending, messages: readonly DialectMessage[], parts: TakeParts): Promise<Sorted> {
  const { projectId } = sending.key;
  const [enricher, checker] = await Promise.all([parts.enrichment.prepare(projectId), parts.plan.prepare(projectId)]);
  sending.mask = enricher.mask;
  const { ip, userAgent, hints, receivedAt, sentAt, source } = sending;
  const request: EnrichmentRequest = { ip, userAgent, hints, receivedAt, sentAt };
  const fates = new Array<Fate | undefined>(messages.length).fill(undefined);
  const sorted: Sorted = { fates, passed: [], sights: [], clients: [], aside: [], descriptions: [], warnings: new Map() };
  let client = '';
  messages.forEach((message, index) => {
    const named = clientOfMessage(message);
    // One text for all messages of a request: each was parsed on its own.
    if (named !== client) client = named;
    sorted.clients.push(client);
    if ('error' in message) {
      sorted.fates[index] = { status: 'refused', code: message.error.code, details: message.error.details };
      return;
    }
    const { event } = message;
    if (enricher.apply(event, request) === 'drop') {
      sorted.fates[index] = { status: 'dropped', code: 'gateway.dropped_bot', details: {} };
      return;
    }
    if (isDescription(event)) {
      for (const group of event.groups ?? []) sorted.descriptions.push({ group, at: event.time });
      sorted.fates[index] = { status: 'accepted', personId: null };
      return;
    }
    const verdict = checker.check(event);
    if (verdict.action === 'pass' || verdict.action === 'warn') {
      sorted.passed.push(event);
      sorted.sights.push(checker.sight(event));
    } else sorted.fates[index] = fateOfVerdict(verdict.action, verdict.violations);
    if (verdict.action === 'warn') sorted.warnings.set(index, verdict.violations);
    if (verdict.action === 'quarantine' || verdict.action === 'refuse')
      sorted.aside.push({ event, verdict, receivedAt, source, ...(sentAt !== undefined && { sentAt }) });
  });
  return sorted;
}

function clientOfMessage(message: DialectMessage): string {
  return 'event' in message ? clientOf(message.event) : 'unknown';
}

/** Servers describe groups without naming a person. */
function isDescription(event: IncomingEvent): boolean {
  return (
    event.kind === 'group' && event.userId === undefined && event.anonymousId === undefined && event.ids === undefined && event.groups !== undefined
  );
}

function fateOfVerdict(action: 'quarantine' | 'refuse' | 'drop', violations: readonly Violation[]): Fate {
  if (action === 'drop') return { status: 'dropped', code: 'gateway.dropped_blocked', details: {}, violations };
  if (action === 'quarantine') return { status: 'quarantined', code: 'gateway.quarantined', details: {}, violations };
  const { code, details } = refusePlan('event_refused', { details: { violations } });
  return { status: 'refused', code, details, violations };
}

/** Adds what became of the messages to the metrics and to the figures of the stream's quality, by client. */
function count(
  sending: Sending,
  { clients, fates }: { clients: readonly string[]; fates: readonly Fate[] },
  parts: Pick<TakeParts, 'count' | 'enrichment'>,
): void {
  const tally: { client: string; fate: Fate; count: number }[] = [];
  fates.forEach((fate, index) => {
    const client = clients[index] ?? 'unknown';
    // One request has one client and few fates: a short list is quicker than names for them.
    const known = tally.find((each) => each.client === client && each.fate.status === fate.status && each.fate.code === fate.code);
    if (known) known.count += 1;
    else tally.push({ client, fate, count: 1 });
    if (fate.violations)
      for (const { kind } of fate.violations) parts.enrichment.quality.count(sending.key.projectId, { measure: 'violation', client, reason: kind });
  });
  const { quality } = parts.enrichment;
  const { projectId } = sending.key;
  for (const { client, fate, count } of tally) {
    parts.count(sending.source, fate.status, count);
    quality.count(projectId, { measure: 'received', client, count });
    if (fate.status === 'dropped') {
      // Enrichment counts the bots that it drops.
      if (fate.code === 'gateway.dropped_blocked') quality.count(projectId, { measure: 'blocked', client, count });
    } else quality.count(projectId, { measure: fate.status, client, count, ...(fate.status === 'refused' && { reason: fate.code }) });
  }
}

function tell(fates: readonly Fate[]): Taken {
  const taken: Taken = { accepted: 0, duplicates: 0, refused: [] };
  fates.forEach((fate, index) => {
    if (fate.status === 'refused') taken.refused.push({ index, code: fate.code, details: fate.details });
    else if (fate.status === 'duplicate') taken.duplicates += 1;
    else taken.accepted += 1;
  });
  return taken;
}
