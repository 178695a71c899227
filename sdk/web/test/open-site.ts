import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { openTestGateway, type TestGateway } from '../../../src/collect/gateway/testing/open-gateway.ts';
import type { Message, Perennial } from '../src/index.ts';

/** A page's window with the SDK on it. */
export type SiteWindow = { perennial: Perennial };

export interface StoredEvent {
  event: string;
  person_id: number;
  user_id: string;
  anonymous_id: string;
  session_id: string;
  message_id: string;
  properties: Record<string, unknown>;
  context: Record<string, unknown>;
}

/** A visitor: a browser profile of its own, and what its pages sent and did wrong. */
export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** Messages of all requests that left the browser, in their order. */
  sent: Message[];
  faults: string[];
  newPage(): Promise<Page>;
}

/** A real server of ours with a project, and a web site that uses the SDK from it. */
export interface Site {
  gateway: TestGateway;
  browser: Browser;
  projectId: number;
  writeKey: string;
  port: number;
  /** What the site's pages say: the attributes of the script tag, and the body. */
  html: { attributes: string; body: string };
  visit(path: string, more?: VisitOptions): Promise<Visitor>;
  open(page: Page, path: string, host?: string): Promise<void>;
  stored(visitor: { projectId: number }): Promise<StoredEvent[]>;
  /** Every test writes into a project of its own. */
  newProject(): Promise<void>;
  close(): Promise<void>;
}

export interface VisitOptions {
  host?: string;
  /** Runs in each page before anything of the page does. */
  before?: string;
  /** The test may put the pages' clock forward. */
  hasClock?: boolean;
  browser?: Browser;
}

export const launch = (more: { args?: string[]; ignoreDefaultArgs?: string[] } = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--host-resolver-rules=MAP *.shop.test 127.0.0.1', ...(more.args ?? [])],
    ...(more.ignoreDefaultArgs && { ignoreDefaultArgs: more.ignoreDefaultArgs }),
  });

export async function openSite(): Promise<Site> {
  const gateway = await openTestGateway();
  const browser = await launch();
  const html = { attributes: '', body: '' };
  let keys = await gateway.newKeys();
  const { server, port } = await serve(() => page(html, gateway.url, keys.writeKey), html);

  const open = async (page: Page, path: string, host = '127.0.0.1'): Promise<void> => {
    await page.goto(`http://${host}:${port}${path}`);
    await page.waitForFunction(() => typeof (globalThis as unknown as SiteWindow).perennial?.track === 'function');
  };
  return {
    gateway,
    browser,
    port,
    html,
    get projectId() {
      return keys.projectId;
    },
    get writeKey() {
      return keys.writeKey;
    },
    open,
    async newProject() {
      keys = await gateway.newKeys();
      Object.assign(html, { attributes: '', body: '' });
    },
    async visit(path, { host, before, hasClock, browser: other } = {}) {
      const context = await (other ?? browser).newContext({ viewport: { width: 1000, height: 700 } });
      if (hasClock) await context.clock.install();
      if (before !== undefined) await context.addInitScript(before);
      const visitor = watch(context);
      const page = await visitor.newPage();
      await open(page, path, host);
      return { ...visitor, page };
    },
    stored: ({ projectId }) => storedEvents(gateway, projectId),
    async close() {
      await browser.close();
      server.close();
      server.closeAllConnections();
      await gateway.stop();
    },
  };
}

/** The site's pages: each tells its path in its title; `/bare` loads nothing by itself. */
function serve(page: () => string, html: Site['html']): Promise<{ server: Server; port: number }> {
  const server = createServer((request, reply) => {
    if (request.url === '/favicon.ico') return void reply.writeHead(204).end();
    reply.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.url === '/bare') return void reply.end(`<!doctype html><title>Bare</title>${html.body}`);
    reply.end(page().replace('<title>', `<title>Page ${new URL(request.url ?? '/', 'http://x').pathname}`));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}

function page(html: Site['html'], url: string, writeKey: string): string {
  return `<!doctype html><html lang="en"><head><title></title>
    <script async src="${url}/perennial.js" data-write-key="${writeKey}" ${html.attributes}></script></head><body>${html.body}</body></html>`;
}

async function storedEvents(gateway: TestGateway, projectId: number): Promise<StoredEvent[]> {
  const rows = await gateway.kernel.clickhouse.query<StoredEvent & { context: string }>(
    `SELECT event, person_id, user_id, anonymous_id, session_id, message_id, properties, context FROM events
     WHERE project_id = {projectId:UInt32} ORDER BY time, sequence`,
    { projectId },
  );
  return rows.map((row) => ({ ...row, context: JSON.parse(row.context) as Record<string, unknown> }));
}

function watch(context: BrowserContext): Omit<Visitor, 'page'> {
  const sent: Message[] = [];
  const faults: string[] = [];
  context.on('request', (request) => {
    if (!request.url().endsWith('/v1/batch')) return;
    // Bodies of beacons cannot be read everywhere; the stored rows tell of these.
    const body = request.postData();
    if (body) sent.push(...(JSON.parse(body) as { batch: Message[] }).batch);
  });
  const newPage = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      // The browser itself reports requests that failed.
      if (message.type() === 'error' && !message.text().includes('Failed to load resource')) faults.push(message.text());
    });
    return page;
  };
  return { context, sent, faults, newPage };
}

/** How often each message left the browser. */
export function timesSent(sent: readonly Message[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { messageId } of sent) times.set(messageId, (times.get(messageId) ?? 0) + 1);
  return times;
}
