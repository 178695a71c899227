import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite, type Site, type SiteWindow } from './open-site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());
beforeEach(() => site.newProject());

/** What pages and old browsers do to the things that a script relies on. */
const worlds: Record<string, string> = {
  'JSON.stringify is somebody else’s': `JSON.stringify = () => 'mine'; `,
  'lists and objects have toJSON, as old libraries gave them': `Array.prototype.toJSON = function () { return String(this); }; Object.prototype.toJSON = function () { return 'mine'; };`,
  'no fetch, no beacon, no locks, no randomUUID': `delete window.fetch; Object.defineProperty(Navigator.prototype, 'sendBeacon', { value: undefined });
    Object.defineProperty(Navigator.prototype, 'locks', { value: undefined }); Object.defineProperty(crypto, 'randomUUID', { value: undefined });
    Object.defineProperty(Navigator.prototype, 'userAgentData', { value: undefined }); delete window.AbortController;`,
  'fetch, history and listeners throw': `window.fetch = () => { throw new Error('no fetch'); }; history.pushState = undefined;
    const listen = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (name, ...rest) { if (name === 'visibilitychange') throw new Error('no listeners'); return listen.call(this, name, ...rest); };`,
  'Intl, screen and the console are broken': `Intl.DateTimeFormat = () => { throw new Error('no Intl'); }; for (const name of ['warn', 'error', 'log']) console[name] = () => { throw new Error('no console'); };
    Object.defineProperty(window, 'screen', { get() { return {}; } });`,
};

for (const [name, before] of Object.entries(worlds))
  test(`nothing reaches the page when ${name}`, async () => {
    site.html.attributes = 'data-debug';
    const { page, faults, context } = await site.visit('/', { before });
    await page.evaluate(() => {
      const { perennial } = globalThis as unknown as SiteWindow;
      const circle: Record<string, unknown> = { n: 1, list: [1, 'two', { three: 3 }] };
      circle.self = circle;
      perennial.identify('li-hua', { city: '武汉' });
      perennial.track('Bought', circle);
    });
    // A page whose fetch never works is told of only as it leaves.
    if (before.includes('no fetch')) await page.goto('about:blank');
    const bought = async () => (await site.stored(site)).find((row) => row.event === 'Bought');
    await expect.poll(async () => (await bought())?.user_id).toBe('li-hua');
    expect((await bought())?.properties).toMatchObject({ n: 1, list: [1, 'two', { three: 3 }] });
    if (!before.includes('no fetch')) await page.goto('about:blank');
    expect(faults).toEqual([]);
    await context.close();
  });

test('calls with anything at all do not throw and send nothing broken', async () => {
  const { page, faults, context } = await site.visit('/');
  const thrown = await page.evaluate(() => {
    const { perennial } = globalThis as unknown as { perennial: Record<string, (...given: unknown[]) => unknown> };
    const boom = {
      get now() {
        throw new Error('boom');
      },
    };
    const odd = [
      undefined,
      null,
      '',
      0,
      Number.NaN,
      10n ** 30n,
      Symbol('s'),
      () => 1,
      [],
      {},
      boom,
      new Proxy(
        {},
        {
          ownKeys: () => ['x'],
          get: () => {
            throw new Error('trap');
          },
        },
      ),
      document.body,
      window,
      '\ud800',
      'x'.repeat(40_000),
    ];
    const failures: string[] = [];
    for (const name of Object.keys(perennial)) {
      if (name === 'setConsent') continue;
      for (const first of odd)
        for (const second of [undefined, boom, 'x']) {
          try {
            perennial[name]?.(first, second);
          } catch (error) {
            failures.push(`${name}: ${String(error)}`);
          }
        }
    }
    return failures;
  });
  expect(thrown).toEqual([]);
  // Half a program as a property costs no time, and an element does not cost the event.
  const tookMs = await page.evaluate(() => {
    const { perennial } = globalThis as unknown as SiteWindow;
    const began = performance.now();
    perennial.track('Large', { ...window, list: Array.from({ length: 1e6 }, () => ({ a: 1 })) });
    perennial.track('Still here', { when: new Date(0), big: 5n, none: undefined, half: '\ud800', element: document.body, all: window });
    return performance.now() - began;
  });
  expect(tookMs).toBeLessThan(5_000);
  await expect
    .poll(async () => (await site.stored(site)).find((row) => row.event === 'Still here')?.properties)
    .toMatchObject({
      when: '1970-01-01T00:00:00.000Z',
      big: 5,
      half: '\ufffd',
    });
  expect((await site.stored(site)).filter((row) => row.event === 'Large')).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});
