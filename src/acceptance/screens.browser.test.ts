import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessibilityFaults, openBrowser, openPage, signInQuietly, type WatchedPage } from './browser.ts';
import { api, freePort, newFolder, type ProductProcess, startProduct, until } from './product-process.ts';

/** Every screen in both languages, in light and dark, on a desk and on a phone. What needs the demo's people stands last, because they arrive meanwhile. */
const AT_ONCE = [
  '/projects',
  '/projects?new=1',
  '/account',
  '/nowhere',
  'live-events',
  'live-events?help=1',
  'imports',
  'imports/new',
  'connect',
  'key-limits',
  'sources',
  'sources?new=1',
  'pulls',
  'pulls/new',
  'exports',
  'exports?new=1',
  'exports?tab=downloads&new=1',
  'data-quality',
  'data-retention',
  'collection-settings',
  'collection-settings?section=channels',
  'collection-settings?section=currency',
  'collection-settings?section=personal',
  'identity-rules',
  'groups',
  'tracking-plan/quarantine',
  'tracking-plan/history',
  'messages',
  'scorecards',
  'settings',
  'members',
  'members?new=1',
  'keys',
  'keys?new=1',
  'delivery',
  'audit',
  'journeys?new=1',
];
const WITH_PEOPLE = [
  '',
  'people',
  'people/{person}',
  'people/{person}/identity',
  'tracking-plan',
  'tracking-plan?import=1',
  'tracking-plan/event?event=Order%20Completed',
  'tracking-plan/traits',
  'segments',
  'segments/new',
  'segments/{segment}',
  'segments/{segment}/edit',
  'insights',
  'insights/trend',
  'insights/trend?insight={trend}',
  'insights/funnel?insight={funnel}',
  'insights/retention?insight={retention}',
  'insights/lifecycle',
  'insights/stickiness',
  'insights/activity',
  'insights/paths',
  'insights/sessions',
  'web',
  'journeys',
  'journeys/{journey}',
  'journeys/{journey}?step=$trigger',
  'journeys/{journey}?step=$settings',
  'journeys/{journey}?try=1',
  'journeys/{journey}?tab=results',
];

type Language = 'en' | 'zh-CN';
const languages = ['en', 'zh-CN'] as const;
const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

let product: ProductProcess;
let browser: Browser;
const open = new Map<Language, WatchedPage>();
/** What stands for the words in braces. */
const ids: Record<string, string | number> = {};
const texts = { en: readTexts('en'), 'zh-CN': readTexts('zh-CN') };

beforeAll(async () => {
  product = await startProduct(newFolder(), await freePort());
  browser = await openBrowser();
  for (const locale of languages) {
    const watched = await openPage(browser, product, { locale });
    await signInQuietly(watched.page, product);
    await watched.page.goto(`/p/${product.firstRun.projectId}`);
    open.set(locale, watched);
  }
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** All texts of the locale files, as they stand there. */
function readTexts(language: Language): Set<string> {
  const leaves = (value: unknown): string[] => (typeof value === 'string' ? [value] : Object.values(value as object).flatMap(leaves));
  const source = join(import.meta.dirname, '..');
  return new Set(
    globSync(`**/locales/${language}.json`, { cwd: source }).flatMap((file) => leaves(JSON.parse(readFileSync(join(source, file), 'utf8')))),
  );
}

function pageOf(language: Language): WatchedPage {
  const watched = open.get(language);
  if (!watched) throw new Error(`no page in ${language}`);
  return watched;
}

/** Goes to a place without loading the console anew, as its own links do. */
async function goInside(page: Page, path: string): Promise<void> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
  const address = filled.startsWith('/') ? filled : `/p/${product.firstRun.projectId}/${filled}`;
  await page.evaluate((to) => globalThis.history.pushState({}, '', to), address);
}

/** Waits until nothing is on its way: the title is there, no skeleton stands in for an answer, and no colour is half way to the next. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('h1') !== null &&
      document.querySelector('[role="status"][aria-busy="true"], .ant-skeleton, .ant-spin-spinning') === null,
  );
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY),
  );
}

/** Texts that a reader sees as a key, or in the other language though there is a text in this one. */
async function textFaults(page: Page, language: Language): Promise<string[]> {
  const shown = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement?.closest('code, pre, style, script')) found.push((node.textContent ?? '').trim());
    }
    for (const named of document.querySelectorAll('[aria-label], [placeholder], [title]'))
      for (const name of ['aria-label', 'placeholder', 'title']) if (!named.classList.contains('anticon')) found.push(named.getAttribute(name) ?? '');
    return [...new Set(found)];
  });
  const own = texts[language];
  const other = texts[language === 'en' ? 'zh-CN' : 'en'];
  // Names of hosts look like keys and are none.
  const isKey = (text: string): boolean =>
    !/\.(com|cn|example)$/.test(text) && (/^([a-z]\w*:)?[a-z][A-Za-z]*(\.[a-zA-Z_]+)+$/.test(text) || /^[a-z]+:[a-z]\w+$/.test(text));
  // One word of the other language may be somebody's name or a value: data, not a text of ours.
  const isForeign = (text: string): boolean => other.has(text) && !own.has(text) && /[^ -~]| /.test(text);
  return shown.filter((text) => isKey(text) || /\{\{\s*\w+\s*\}\}/.test(text) || isForeign(text));
}

/** How far the page runs out to the right, in pixels. */
const overflowPx = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const parts = [document.documentElement, document.querySelector('main')];
    return Math.max(...parts.map((part) => (part ? part.scrollWidth - part.clientWidth : 0)));
  });

async function checkLook(page: Page, language: Language, look: { size: typeof desk; colorScheme: 'light' | 'dark' }): Promise<void> {
  await page.setViewportSize(look.size);
  await page.emulateMedia({ colorScheme: look.colorScheme });
  await settle(page);
  const place = `${language}, ${look.colorScheme}, ${look.size.width} px`;
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme), place).toBe(look.colorScheme);
  expect(await overflowPx(page), place).toBe(0);
  expect(await textFaults(page, language), place).toEqual([]);
}

/** Every look, each one step from the one before. A screen begins with the look in which the last one ended. */
const LOOKS = [
  { size: desk, colorScheme: 'light' },
  { size: desk, colorScheme: 'dark' },
  { size: phone, colorScheme: 'dark' },
  { size: phone, colorScheme: 'light' },
] as const;
let isBackwards = false;

/** One screen, everywhere, in both languages side by side. The rules of accessibility are asked where the looks differ most. */
async function checkScreen(path: string): Promise<void> {
  const looks = isBackwards ? LOOKS.toReversed() : LOOKS;
  isBackwards = !isBackwards;
  const checks = languages.map(async (language) => {
    const { page, faults } = pageOf(language);
    await goInside(page, path);
    for (const look of looks) {
      await checkLook(page, language, look);
      if (look === (language === 'en' ? LOOKS[0] : LOOKS[2])) expect(await accessibilityFaults(page), `${language}, ${look.colorScheme}`).toEqual([]);
    }
    expect(faults.splice(0)).toEqual([]);
  });
  const failed = (await Promise.allSettled(checks)).find((check) => check.status === 'rejected');
  if (failed) throw failed.reason;
}

test('the sign-in page', async () => {
  const stranger = await openPage(browser, product, { locale: 'zh-CN' });
  await stranger.page.goto('/');
  await checkLook(stranger.page, 'zh-CN', { size: desk, colorScheme: 'light' });
  expect(await accessibilityFaults(stranger.page)).toEqual([]);
  await checkLook(stranger.page, 'zh-CN', { size: phone, colorScheme: 'dark' });
  expect(await accessibilityFaults(stranger.page)).toEqual([]);
  await stranger.page.context().close();
  expect(stranger.faults).toEqual([]);
});

test('the list above names every place of the navigation', async () => {
  const { page } = pageOf('en');
  await settle(page);
  const links = await page.locator('nav a').evaluateAll((all) => all.map((link) => (link.getAttribute('href') ?? '').replace(/^\/p\/\d+\//, '')));
  expect(links.length).toBeGreaterThan(8);
  expect(links.filter((link) => ![...AT_ONCE, ...WITH_PEOPLE].includes(link))).toEqual([]);
});

describe.each(AT_ONCE)('%s', (path) => {
  test('looks right everywhere', () => checkScreen(path));
});

describe('with the people of the demo', () => {
  beforeEach(async () => {
    if (ids.person !== undefined) return;
    await until('the demo project', async () => (await api<{ state: string }>(product, 'GET', '/demo')).state === 'ready', 120_000);
    const first = async (path: string) => (await api<{ items: Record<string, string | number>[] }>(product, 'GET', path)).items;
    ids.person = (await first('/people'))[0]?.personId ?? '';
    ids.segment = (await first('/segments'))[0]?.segmentId ?? '';
    for (const { kind, insightId } of await first('/insights')) ids[String(kind)] = insightId ?? '';
    ids.journey = (await first('/journeys')).find((journey) => journey.state === 'live')?.id ?? '';
  });

  test.each(WITH_PEOPLE)('/%s looks right everywhere', (path) => checkScreen(path));
});
