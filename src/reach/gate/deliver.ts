import { type QueryExecutorProvider, sql } from 'kysely';
import type { Fact } from '../../collect/stream/contract.ts';
import { jsonText } from '../../kernel/json-text.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { OperationsApi } from '../../try/operations/index.ts';
import type { DeliveryDecision, DeliveryRequest } from './api.ts';
import { refusalsAmong, suppressedAmong } from './consent.ts';
import type { DeliverySettings } from './contract.ts';
import { addressOf, decide, type Ground, type Verdict } from './decide.ts';
import { messageFact } from './message-fact.ts';
import { settingsOf } from './settings.ts';

const DAY_MS = 86_400_000;
/** Namespace of the advisory lock that makes decisions under caps wait for each other. */
const CAP_LOCK = 7_301;

export interface GateParts {
  kernel: Kernel;
  operations: OperationsApi;
}

interface Row {
  id: string;
  key: string;
  state: 'queued' | 'skipped';
  reason: Verdict['reason'];
  send_at: number | null;
}

/** Decides on messages of one project and writes each decision with its reason, all in `tx`. */
export async function deliverMany(parts: GateParts, requests: readonly DeliveryRequest[], tx: QueryExecutorProvider): Promise<DeliveryDecision[]> {
  const first = requests[0];
  if (!first) return [];
  const { projectId } = first;
  if (requests.some((request) => request.projectId !== projectId)) throw new Error('deliverMany takes the requests of one project');
  const known = await decidedBefore(projectId, requests, tx);
  const fresh = requests.filter((request) => !known.has(request.idempotencyKey));
  if (fresh.length > 0) {
    const ground = await groundFor(parts, projectId, fresh, tx);
    const written = await write(
      parts,
      projectId,
      fresh.map((request) => judge(parts, request, ground)),
      tx,
    );
    for (const row of written) known.set(row.key, { ...asDecision(row), isRepeat: false });
    const raced = fresh.filter((request) => !known.has(request.idempotencyKey));
    if (raced.length > 0) for (const [key, decision] of await decidedBefore(projectId, raced, tx)) known.set(key, decision);
  }
  return requests.map((request) => {
    const decision = known.get(request.idempotencyKey);
    if (!decision) throw new Error(`no decision for ${request.idempotencyKey}`);
    return decision;
  });
}

/** Loads once what all decisions need. The answer counts what it has let through itself. */
export async function groundFor(
  parts: Pick<GateParts, 'kernel'>,
  projectId: number,
  requests: readonly Pick<DeliveryRequest, 'personId' | 'traits' | 'channel' | 'category'>[],
  tx: QueryExecutorProvider,
): Promise<(request: Pick<DeliveryRequest, 'personId' | 'traits' | 'projectTimeZone'>) => Ground & { count(verdict: Verdict): void }> {
  const now = parts.kernel.clock.now();
  const settings = await settingsOf(projectId, tx);
  const people = requests.map(({ personId, traits }) => ({ personId, address: traits ? (addressOf(traits) ?? null) : null }));
  const refusalOf = await refusalsAmong(projectId, 'email', people, tx);
  const isSuppressed = await suppressedAmong(projectId, people, tx);
  const counts = await sentTo({ projectId, settings, people, now }, tx);
  return ({ personId, traits, projectTimeZone }) => {
    const address = traits ? (addressOf(traits) ?? null) : null;
    const sent = counts.get(personId) ?? { day: 0, week: 0 };
    return {
      now,
      projectZone: projectTimeZone,
      settings,
      isOptedOut: refusalOf({ personId, address }) !== undefined,
      isSuppressed: isSuppressed(address),
      sentInDay: sent.day,
      sentInWeek: sent.week,
      count: ({ outcome }) => {
        if (outcome === 'queued') counts.set(personId, { day: sent.day + 1, week: sent.week + 1 });
      },
    };
  };
}

async function sentTo(
  { projectId, settings, people, now }: { projectId: number; settings: DeliverySettings; people: readonly { personId: number }[]; now: number },
  tx: QueryExecutorProvider,
): Promise<Map<number, { day: number; week: number }>> {
  if (settings.capPerDay === null && settings.capPerWeek === null) return new Map();
  // Without it two workers could both find room for the last message.
  await sql`SELECT pg_advisory_xact_lock(${CAP_LOCK}, ${projectId})`.execute(tx);
  const { rows } = await sql<{ person_id: number; day: number; week: number }>`
    SELECT person_id, count(*) FILTER (WHERE counts_at > ${new Date(now - DAY_MS)})::int AS day, count(*)::int AS week
    FROM deliveries
    WHERE project_id = ${projectId} AND channel = 'email' AND category = 'marketing' AND state IN ('queued', 'sending', 'sent', 'outbox', 'unknown')
      AND person_id = ANY(${people.map((person) => person.personId)}::bigint[]) AND counts_at > ${new Date(now - 7 * DAY_MS)}
    GROUP BY person_id`.execute(tx);
  return new Map(rows.map((row) => [row.person_id, row]));
}

interface Judged {
  request: DeliveryRequest;
  verdict: Verdict;
  id: string;
  content: { subject: string; html: string; text: string } | null;
  lastError: string | null;
}

function judge(parts: GateParts, request: DeliveryRequest, groundOf: Awaited<ReturnType<typeof groundFor>>): Judged {
  const ground = groundOf(request);
  const verdict = decide(request, ground);
  const id = parts.kernel.ids.uuid();
  if (verdict.outcome === 'skipped') return { request, verdict, id, content: null, lastError: null };
  try {
    const content = request.content();
    if (request.category === 'marketing') ground.count(verdict);
    return { request, verdict, id, content, lastError: null };
  } catch (error) {
    return {
      request,
      verdict: { outcome: 'skipped', reason: 'render_failed', sendAt: null },
      id,
      content: null,
      lastError: String(error).slice(0, 500),
    };
  }
}

async function write(parts: GateParts, projectId: number, judged: readonly Judged[], tx: QueryExecutorProvider): Promise<Row[]> {
  const now = parts.kernel.clock.now();
  const list = judged.map(({ request, verdict, id, content, lastError }) => ({
    id,
    person_id: request.personId,
    channel: request.channel,
    operation: request.operation,
    variant: request.variant,
    node: request.node,
    key: request.idempotencyKey,
    cancel_key: request.cancelKey,
    category: request.category,
    arm: request.arm,
    state: verdict.outcome,
    reason: verdict.reason,
    address: request.traits ? (addressOf(request.traits) ?? null) : null,
    subject: content?.subject ?? null,
    html: content?.html ?? null,
    plain: content?.text ?? null,
    send_at: verdict.sendAt,
    last_error: lastError,
  }));
  const { rows } = await sql<Row>`
    INSERT INTO deliveries (id, project_id, person_id, channel, operation, variant, node, idempotency_key, cancel_key, category, arm, state, reason, address,
      subject, html, plain, send_at, counts_at, last_error, created_at)
    SELECT r.id, ${projectId}, r.person_id, r.channel, r.operation, r.variant, r.node, r.key, r.cancel_key, r.category, r.arm, r.state, r.reason, r.address,
      r.subject, r.html, r.plain, to_timestamp(r.send_at / 1000.0), to_timestamp(r.send_at / 1000.0), r.last_error, ${new Date(now)}
    FROM jsonb_to_recordset(${jsonText(list)}::jsonb) AS r(id uuid, person_id bigint, channel text, operation text, variant text, node text, key text, cancel_key text,
      category text, arm text, state text, reason text, address text, subject text, html text, plain text, send_at bigint, last_error text)
    ON CONFLICT (project_id, idempotency_key) DO NOTHING
    RETURNING id, idempotency_key AS key, state, reason, (extract(epoch FROM send_at) * 1000)::bigint AS send_at`.execute(tx);
  const ids = new Set(rows.map((row) => row.id));
  const facts: Fact[] = judged
    .filter(({ id, verdict }) => verdict.outcome === 'skipped' && ids.has(id))
    .map(({ id, request, verdict }) =>
      messageFact(
        '$message_skipped',
        { id, person_id: request.personId, channel: request.channel, operation: request.operation, node: request.node },
        { at: now, reason: verdict.reason },
      ),
    );
  await parts.operations.recordLater(projectId, facts, tx);
  return rows;
}

async function decidedBefore(
  projectId: number,
  requests: readonly DeliveryRequest[],
  tx: QueryExecutorProvider,
): Promise<Map<string, DeliveryDecision>> {
  const { rows } = await sql<Omit<Row, 'state'> & { state: string }>`
    SELECT id, idempotency_key AS key, state, reason, (extract(epoch FROM send_at) * 1000)::bigint AS send_at FROM deliveries
    WHERE project_id = ${projectId} AND idempotency_key = ANY(${requests.map((request) => request.idempotencyKey)}::text[])`.execute(tx);
  return new Map(rows.map((row) => [row.key, { ...asDecision({ ...row, state: row.state === 'skipped' ? 'skipped' : 'queued' }), isRepeat: true }]));
}

function asDecision(row: Row): Omit<DeliveryDecision, 'isRepeat'> {
  return { deliveryId: row.id, outcome: row.state, reason: row.reason, sendAt: row.send_at };
}
