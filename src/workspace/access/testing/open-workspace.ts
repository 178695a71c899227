import { randomInt, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Transaction } from 'kysely';
import { HeldClock } from '../../../kernel/clock.ts';
import type { Method } from '../../../kernel/http/contract.ts';
import { createServer } from '../../../kernel/http/server.ts';
import { loadTexts } from '../../../kernel/http/texts.ts';
import { createJobs } from '../../../kernel/jobs/create-jobs.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { door as audit } from '../../audit/index.ts';
import type { Project } from '../../projects/contract.ts';
import { type ProjectsApi, door as projects } from '../../projects/index.ts';
import { insertAccount } from '../account.ts';
import { lazyAuth } from '../auth.ts';
import type { MemberRole } from '../contract.ts';
import { type AccessApi, door as access } from '../index.ts';
import { joinProject } from '../membership.ts';
import type { AccessTables } from '../tables.ts';

/** Password of every member that `makeMember` makes. */
export const password = 'correct horse battery';

/** Every field that an answer of these slices may have. Which of them one has is for the test to expect. */
export interface AnswerBody {
  error: { code: string; message: string; issues: { path: string }[] };
  items: {
    id: string | number;
    kind: string;
    role: string;
    name: string;
    action: string;
    at: string;
    details: { name: string };
    day: string;
    base: string;
    quote: string;
  }[];
  nextCursor: string | undefined;
  id: number;
  name: string;
  token: string;
  key: { id: string };
  project: Project;
  projects: { id: number; name: string; role: string; permissions: string[] }[];
  member: { id: string; name: string; mustChangePassword: boolean };
  oneTimePassword: string;
  rules: unknown[];
  total: number;
  totals: unknown;
}

export interface Answer {
  status: number;
  body: AnswerBody;
  header(name: string): string | undefined;
  cookies: string[];
}

/** A browser: keeps its session cookie, has an address of its own. */
export class Client {
  readonly #app: FastifyInstance;
  ip = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  cookie: string | undefined;

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  async send(method: Method, url: string, options: { body?: object; headers?: Record<string, string> } = {}): Promise<Answer> {
    const headers = { 'user-agent': 'test', ...(this.cookie && { cookie: this.cookie }), ...options.headers };
    const reply = await this.#app.inject({ method, url, headers, remoteAddress: this.ip, ...(options.body && { payload: options.body }) });
    const cookies = [reply.headers['set-cookie'] ?? []].flat();
    const session = cookies.find((cookie) => cookie.includes('perennial.session_token='))?.split(';')[0];
    if (session !== undefined) this.cookie = session.endsWith('=') ? undefined : session;
    return {
      status: reply.statusCode,
      body: reply.body === '' ? undefined : JSON.parse(reply.body),
      header: (name) => reply.headers[name]?.toString(),
      cookies,
    };
  }

  signIn(email: string, secret = password): Promise<Answer> {
    return this.send('POST', '/api/session', { body: { email, password: secret } });
  }
}

/** A running `audit`, `projects` and `access` behind a real server, as one process would hold them. */
export class Workspace {
  readonly kernel: Kernel;
  readonly clock: HeldClock;
  readonly projects: ProjectsApi;
  readonly access: AccessApi;
  readonly #app: FastifyInstance;
  readonly #stopJobs: () => Promise<void>;

  constructor(parts: {
    kernel: Kernel;
    clock: HeldClock;
    projects: ProjectsApi;
    access: AccessApi;
    app: FastifyInstance;
    stopJobs: () => Promise<void>;
  }) {
    this.kernel = parts.kernel;
    this.clock = parts.clock;
    this.projects = parts.projects;
    this.access = parts.access;
    this.#app = parts.app;
    this.#stopJobs = parts.stopJobs;
  }

  client(): Client {
    return new Client(this.#app);
  }

  async makeMember(places: { projectId: number; role: MemberRole }[] = []): Promise<{ memberId: string; email: string }> {
    const email = `${randomUUID()}@example.com`;
    const passwordHash = await lazyAuth(this.kernel)().then((auth) => auth.hashPassword(password));
    const { ids } = this.kernel;
    const now = this.clock.now();
    const memberId = await this.kernel.postgres.transaction<AccessTables, string>(async (tx: Transaction<AccessTables>) => {
      const account = { email, name: 'Test', passwordHash, isOneTime: false, isInstallationOwner: false };
      const id = (await insertAccount(tx, { ids, now }, account)) as string;
      for (const place of places) await joinProject(tx, now, { ...place, memberId: id, actorRole: 'owner' });
      return id;
    });
    return { memberId, email };
  }

  async makeProject(): Promise<{ project: Project; writeKey: string; secretKey: string }> {
    return this.projects.create({ name: `Project ${randomUUID()}`, timeZone: 'Asia/Shanghai' });
  }

  /** A member of that role who is signed in. */
  async signedIn(projectId: number, role: MemberRole): Promise<Client & { memberId: string; email: string }> {
    const member = await this.makeMember([{ projectId, role }]);
    const client = this.client();
    const { status } = await client.signIn(member.email);
    if (status !== 200) throw new Error(`sign-in answered ${status}`);
    return Object.assign(client, member);
  }

  async close(): Promise<void> {
    await this.#app.close();
    await this.#stopJobs();
  }
}

/** Fresh stores with the tables of the three slices. */
export function openWorkspaceStores(): Promise<TestStores> {
  return openTestStores({ slices: [audit, projects, access] });
}

/** Starts the three slices over given stores; called twice it stands for two processes. */
export async function startWorkspace(stores: TestStores, options: { publicUrl?: string; clock?: HeldClock } = {}): Promise<Workspace> {
  const clock = options.clock ?? new HeldClock(Date.now());
  const { postgres, bus, log } = stores.kernel;
  const jobs = await createJobs({ postgres, bus, log, definitions: access.jobs ?? [], isLazy: true });
  const kernel: Kernel = { ...stores.kernel, clock, jobs, publicUrl: options.publicUrl ?? 'http://127.0.0.1:7300' };
  const auditing = await audit.start({ kernel, config: {}, uses: {} });
  const project = await projects.start({ kernel, config: {}, uses: { audit: auditing.api } });
  const member = await access.start({ kernel, config: {}, uses: { projects: project.api, audit: auditing.api } });
  member.api.setPermissions({ ...audit.permissions, ...projects.permissions, ...access.permissions });
  const app = await createServer({
    routes: [auditing, project, member].flatMap((slice) => slice.routes ?? []),
    plugins: [],
    guard: member.api,
    texts: loadTexts([audit, projects, access]),
    log: kernel.log,
    metrics: createMetrics(),
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
  return new Workspace({ kernel, clock, projects: project.api, access: member.api, app, stopJobs: () => jobs.stop() });
}
