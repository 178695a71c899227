import AxeBuilderSource from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { type ProductProcess, until } from './product-process.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];
const TIMEOUT_MS = 60_000;

export const openBrowser = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });

/** A page that remembers what must never happen: errors on the console, and requests that leave the host. */
export interface WatchedPage {
  page: Page;
  faults: string[];
}

export async function openPage(browser: Browser, product: ProductProcess, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: product.url,
    locale: 'en-US',
    viewport: { width: 1440, height: 900 },
    // Menus that unfold move away from under the pointer of something as quick as a test.
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error in the page: ${String(error)}`));
  page.on('console', (message) => {
    // Refused sign-ins and drafts are told by the browser itself; the page shows them. A server that says 503 because it is busy is asked again.
    if (message.type() === 'error' && !/status of (40[01]|503)/.test(message.text())) faults.push(`console: ${message.text()} at ${page.url()}`);
  });
  page.on('request', (request) => {
    const address = new URL(request.url());
    if (!['127.0.0.1', 'localhost'].includes(address.hostname) && !['data:', 'blob:'].includes(address.protocol))
      faults.push(`left the host: ${request.url()}`);
  });
  return { page, faults };
}

/** Signs the owner in behind the page. */
export async function signInQuietly(page: Page, product: ProductProcess): Promise<void> {
  const { email, password } = product.firstRun;
  const headers = { origin: product.url };
  const reply = await until('a server that is not too busy', async () => {
    const answer = await page.context().request.post(`${product.url}/api/session`, { data: { email, password }, headers });
    return answer.status() !== 503 && answer;
  });
  if (!reply.ok()) throw new Error(`sign-in: ${reply.status()} ${await reply.text()}`);
}

const openOptions = (page: Page): Locator => page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option');

/** Chooses in a searchable select: opens it, types, takes the first option with that text. */
export async function choose(page: Page, select: Locator, text: string): Promise<void> {
  await select.click();
  await select.fill(text);
  await openOptions(page).filter({ hasText: text }).first().click();
}

/** Chooses in a short select: opens it and takes the option that says exactly this. */
export async function pick(page: Page, select: Locator, text: string): Promise<void> {
  await select.click();
  await openOptions(page).getByText(text, { exact: true }).click();
}

/** Closes the open drawer and waits until it is gone. */
export async function closeDrawer(page: Page): Promise<void> {
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Close', exact: true }).click();
  await drawer.waitFor({ state: 'hidden' });
}

/** The first number in what is shown, e.g. 1234 of "1,234 people". */
export async function numberIn(shown: Locator): Promise<number> {
  const [digits] = /\d[\d,]*/.exec(await shown.innerText()) ?? [];
  if (digits === undefined) throw new Error('there is no number');
  return Number(digits.replaceAll(',', ''));
}

/** What axe-core (WCAG 2 A and AA) finds on the page, one line a rule. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AxeBuilderSource.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof AxeBuilderSource };
    // Only what is wrong is told in full; nothing of it changes what is looked for.
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21aa'];
    const { violations } = await axe.run(document, { runOnly, resultTypes: ['violations'], selectors: false, preload: false });
    return violations.map(
      (violation) =>
        `${violation.id}: ${violation.nodes
          .slice(0, 3)
          .map((node) => node.html.slice(0, 160))
          .join(' | ')}`,
    );
  });
}
