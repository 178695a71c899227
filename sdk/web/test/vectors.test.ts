import { expect, test } from 'vitest';
import campaigns from '../../vectors/campaigns.json' with { type: 'json' };
import clientMessages from '../../vectors/client-messages.json' with { type: 'json' };
import { comparable } from '../../vectors/comparable-messages.ts';
import delivery from '../../vectors/delivery.json' with { type: 'json' };
import json from '../../vectors/json.json' with { type: 'json' };
import limitCases from '../../vectors/limits.json' with { type: 'json' };
import masking from '../../vectors/masking.json' with { type: 'json' };
import rageClicks from '../../vectors/rage-clicks.json' with { type: 'json' };
import retry from '../../vectors/retry.json' with { type: 'json' };
import sessions from '../../vectors/sessions.json' with { type: 'json' };
import { makeCalls } from '../src/calls.ts';
import { campaignOf } from '../src/campaign.ts';
import { Client } from '../src/client.ts';
import type { Message, Options, Perennial } from '../src/index.ts';
import { jsonText } from '../src/json.ts';
import { byteLength, countThatFits, limits } from '../src/limits.ts';
import { maskText, maskUrl } from '../src/masking.ts';
import { rageDetector } from '../src/rage.ts';
import { outcomeOf, retryDelayMs } from '../src/retry.ts';
import { continues, readSession, type Session, sessionText } from '../src/session.ts';
import { FakeBrowser } from './fake-browser.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
interface Step {
  page?: Partial<{ url: string; path: string; search: string; referrer: string; title: string }>;
  after?: number;
  call?: unknown[];
  reload?: boolean;
}

function start(browser: FakeBrowser, options: Partial<Options>): Perennial {
  return makeCalls(new Client({ writeKey: 'key', host: 'https://events.example', ...options }, browser.environment));
}

test.each(clientMessages.cases)('messages: $name', async ({ options, steps, wire }) => {
  const browser = new FakeBrowser(START);
  let calls = start(browser, options as Partial<Options>);
  for (const step of steps as Step[]) {
    if (step.page) browser.page = { ...browser.page, ...step.page };
    if (step.after) await browser.time.goTo(browser.time.now + step.after);
    if (step.reload) {
      await browser.time.goTo(browser.time.now + 1_000);
      calls = start(browser, options as Partial<Options>);
    }
    if (step.call) calls.push(step.call);
  }
  await browser.time.goTo(browser.time.now + 1_000);
  expect(comparable(browser.requests.flatMap(({ body }) => body.batch))).toEqual(wire);
});

test.each(delivery.cases)('delivery: $name', async ({ options, tracks, answers, requests }) => {
  const browser = new FakeBrowser(START);
  browser.answers = [...answers];
  const calls = start(browser, { sessionStart: false, ...options });
  for (const { at, events } of tracks) {
    await browser.time.goTo(START + at);
    for (const event of events) calls.track(event);
  }
  await browser.time.goTo(START + 100_000);
  expect(browser.requests.map(({ at, body }) => ({ at: at - START, events: body.batch.map((message: Message) => message.event) }))).toEqual(requests);
});

test('retries', () => {
  for (const { status, count, outcome } of retry.outcomes) expect([status, count, outcomeOf(status, count)]).toEqual([status, count, outcome]);
  for (const { failures, random, retryAfter, now, delayMs } of retry.delays)
    expect([failures, random, retryAfter, retryDelayMs(failures, random, retryAfter, now)]).toEqual([failures, random, retryAfter, delayMs]);
});

test('limits and JSON', () => {
  for (const name of ['messageSizeMaxBytes', 'batchSizeMaxBytes', 'depthMax'] as const) expect(limits[name]).toBe(limitCases[name]);
  for (const { sizes, countMax, first } of limitCases.batches)
    expect(
      countThatFits(
        sizes.map((size) => 'x'.repeat(size)),
        limits.batchSizeMaxBytes,
        countMax,
      ),
    ).toBe(first);
  for (const { text, bytes } of limitCases.byteLengths) expect(byteLength(text)).toBe(bytes);
  for (const { codeUnits, text } of json.halfLetters) expect(jsonText(String.fromCharCode(...codeUnits))).toBe(text);
  for (const { value, text } of json.texts) expect(jsonText(value)).toBe(text);
});

test.each(campaigns.cases)('campaign of $search', ({ search, campaign }) => {
  expect(campaignOf(search) ?? null).toEqual(campaign);
});

test.each(
  sessions.cases as { name: string; session: Omit<Session, 'id'> | null; now: number; campaign: string; rules?: object; continues: boolean }[],
)('session: $name', ({ session, now, campaign, rules, continues: goesOn }) => {
  const before = session ? readSession(sessionText({ id: 's', ...session })) : undefined;
  expect(before).toEqual(session ? { id: 's', ...session } : undefined);
  expect(continues(before, now, campaign, { idleMs: 1_800_000, newOnCampaign: false, ...rules })).toBe(goesOn);
});

test('masking', () => {
  for (const { given, told } of masking.texts) expect(maskText(given)).toBe(told);
  for (const { given, told } of masking.urls) expect(maskUrl(given)).toBe(told);
});

test('rage clicks', () => {
  for (const { clicks, rage } of rageClicks.cases) {
    const isRage = rageDetector();
    const told = clicks.flatMap(([x = 0, y = 0, at = 0], place) => (isRage({ x, y, at }) ? [place] : []));
    expect(told).toEqual(rage);
  }
});
