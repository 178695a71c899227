import type { FastifyInstance } from 'fastify';
import { door as identity } from '../../../collect/identity/index.ts';
import { type StreamApi, door as stream } from '../../../collect/stream/index.ts';
import { HeldClock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors/errors.ts';
import type { Method } from '../../../kernel/http/contract.ts';
import { createServer } from '../../../kernel/http/server.ts';
import { loadTexts } from '../../../kernel/http/texts.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import { openTestStores } from '../../../kernel/testing/open-test-stores.ts';
import { door as audit } from '../../../workspace/audit/index.ts';
import { door as projects } from '../../../workspace/projects/index.ts';
import { type AudiencesApi, door as audiences } from '../../audiences/index.ts';
import { type SegmentsApi, door as segments } from '../../segments/index.ts';
import type { InsightsApi } from '../api.ts';
import { door as insights } from '../index.ts';

/** What a test sends: who, what, when, and with what. */
export interface Sent {
  user?: string;
  anonymous?: string;
  event?: string;
  /** ms */
  time: number;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
}

/** Every field that an answer of these slices may have. Which of them one has is for the test to expect. */
export interface AnswerBody {
  error: { code: string; message: string; issues: { path: string }[] };
  items: { personId: number; insightId: string; name: string }[];
  total: number;
  nextCursor: string | undefined;
  segmentId: number;
  insightId: string;
  name: string;
  question: unknown;
}

/** Insights over real stores behind a real server, with every slice that they stand on. */
export interface TestInsights {
  clock: HeldClock;
  stream: StreamApi;
  audiences: AudiencesApi;
  segments: SegmentsApi;
  insights: InsightsApi;
  newProject(timeZone?: string): Promise<number>;
  /** Writes events through the stream's door; gives each one's person. */
  send(projectId: number, events: readonly Sent[]): Promise<number[]>;
  /** Calls a route as a member of the project with that role; `undefined`: nobody. */
  call(role: string | undefined, method: Method, path: string, body?: unknown): Promise<{ status: number; body: AnswerBody }>;
  close(): Promise<void>;
}

/** A guard that knows the role from a header and one project a caller: who may call stands in the slices' own `permissions`. */
function guardOf(permissions: Record<string, readonly string[]>) {
  return {
    authenticate: async ({ headers }: { headers: Record<string, unknown> }) =>
      typeof headers['x-role'] === 'string'
        ? ({ kind: 'member', memberId: '00000000-0000-7000-8000-000000000001', email: 'm@example.com', role: headers['x-role'] } as const)
        : ({ kind: 'anonymous' } as const),
    authorise: async (principal: { kind: string; role?: string }, route: { access: string }) => {
      if (principal.kind === 'anonymous') throw new AppError('access.sign_in_needed', 401, 'sign in');
      if (!permissions[route.access]?.includes(principal.role ?? '')) throw new AppError('access.not_allowed', 403, 'not allowed');
      return principal;
    },
  };
}

export async function openTestInsights(now: number): Promise<TestInsights> {
  const clock = new HeldClock(now);
  const slices = [audit, projects, identity, stream, audiences, segments, insights];
  const stores = await openTestStores({ slices, clock });
  const kernel = { ...stores.kernel, metrics: createMetrics() };
  const auditing = await audit.start({ kernel, config: {}, uses: {} });
  const project = await projects.start({ kernel, config: {}, uses: { audit: auditing.api } });
  const people = await identity.start({ kernel, config: {}, uses: {} });
  const events = await stream.start({ kernel, config: {}, uses: { identity: people.api, projects: project.api } });
  const base = { audit: auditing.api, projects: project.api, identity: people.api, stream: events.api };
  const audience = await audiences.start({ kernel, config: {}, uses: base });
  const segment = await segments.start({ kernel, config: {}, uses: { ...base, audiences: audience.api } });
  const insight = await insights.start({ kernel, config: {}, uses: { ...base, audiences: audience.api, segments: segment.api } });
  const permissions = { ...audiences.permissions, ...segments.permissions, ...insights.permissions };
  const app: FastifyInstance = await createServer({
    routes: [insight, segment].flatMap((slice) => slice.routes ?? []),
    plugins: [],
    guard: guardOf(permissions) as never,
    texts: loadTexts(slices),
    log: kernel.log,
    metrics: kernel.metrics,
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
  return {
    clock,
    stream: events.api,
    audiences: audience.api,
    segments: segment.api,
    insights: insight.api,
    newProject: async (timeZone = 'Asia/Shanghai') => (await project.api.create({ name: `Project ${Math.random()}`, timeZone })).project.id,
    send: senderOf(events.api, clock),
    call: async (role, method, path, body) => {
      const reply = await app.inject({
        method,
        url: path,
        headers: role === undefined ? {} : { 'x-role': role },
        ...(body !== undefined && { payload: body as object }),
      });
      return { status: reply.statusCode, body: reply.body === '' ? undefined : JSON.parse(reply.body) };
    },
    close: async () => {
      await app.close();
      await stores.close();
    },
  };
}

/** Writes events through the stream's door. */
function senderOf(stream: StreamApi, clock: HeldClock): TestInsights['send'] {
  let sent = 0;
  return async (projectId, list) => {
    const incoming = list.map(({ user, anonymous, event, time, properties, traits }, sequence) => {
      sent += 1;
      return {
        messageId: `sent-${projectId}-${sent}`,
        kind: traits ? ('identify' as const) : ('track' as const),
        event: traits ? '$identify' : (event ?? 'view'),
        time,
        sequence,
        properties: properties ?? {},
        context: {},
        ...(user !== undefined && { userId: user }),
        ...(anonymous !== undefined && { anonymousId: anonymous }),
        ...(traits && { traits }),
      };
    });
    const { outcomes } = await stream.accept(projectId, incoming, { receivedAt: clock.now(), source: 'test' });
    return outcomes.map((outcome) => {
      if (outcome.status !== 'accepted') throw new Error(JSON.stringify(outcome));
      return outcome.personId;
    });
  };
}
