import type { ImportLine } from '../collect/imports/contract.ts';
import { chances, pick } from './chance.ts';
import type { BasketLine, Journey } from './read-journey.ts';
import type { TimeShift } from './shift-time.ts';
import { simulateVisit } from './simulate-visit.ts';

/** Baskets that were ordered in a simulated visit to the site, and visits beside a basket that bought nothing, as shares of all baskets. */
const VISIT_SHARE = 0.25;
const BROWSE_SHARE = 0.3;
/** How far visits that buy nothing go. */
const IDLE_DEPTHS = ['looks', 'looks', 'looks', 'looks', 'looks', 'adds', 'adds', 'adds', 'checks_out'] as const;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export const userIdOf = (household: string): string => `household-${household}`;
export const anonymousIdOf = (household: string): string => `visitor-${household}`;
const money = (cents: number): number => Math.round(cents) / 100;

/**
 * Every call of the demo project: first the people, then what happened, newest first (so that the last weeks can be looked at while the rest still comes).
 * Real: purchases, orders (their sums), campaigns received, coupons redeemed, demographics. Simulated, and marked so: visits to the site, names and addresses.
 * Calls after `now` (the rest of today) are left out.
 */
export function buildLines(journey: Journey, shift: TimeShift, now: number): ImportLine[] {
  const baskets = groupBaskets(journey.lines);
  const firstOf = new Map<string, number>();
  for (const basket of baskets) {
    const at = shift.instant(basket.at);
    firstOf.set(basket.household, Math.min(firstOf.get(basket.household) ?? Number.POSITIVE_INFINITY, at));
  }
  const people = [...firstOf].filter(([, first]) => first <= now).flatMap(([household, first]) => signUp(journey, household, first));
  const events: ImportLine[] = [];
  for (const basket of baskets) events.push(...basketCalls(journey, basket, shift.instant(basket.at)));
  for (const { campaign, household } of journey.received) {
    const about = journey.campaigns.get(campaign);
    if (about && firstOf.has(household)) events.push(campaignReceived(household, campaign, about.type, shift.instant(about.start, 9)));
  }
  for (const [index, redemption] of journey.redemptions.entries()) {
    if (firstOf.has(redemption.household)) events.push(couponRedeemed(redemption, index, shift.instant(redemption.on, 18)));
  }
  const past = events.filter((line) => Number(line.timestamp) <= now);
  past.sort((a, b) => Number(b.timestamp) - Number(a.timestamp));
  return [...people, ...past];
}

interface Basket {
  id: string;
  household: string;
  store: string;
  at: string;
  lines: BasketLine[];
}

function groupBaskets(lines: readonly BasketLine[]): Basket[] {
  const baskets = new Map<string, Basket>();
  for (const line of lines) {
    const basket = baskets.get(line.basket) ?? { id: line.basket, household: line.household, store: line.store, at: line.at, lines: [] };
    basket.lines.push(line);
    baskets.set(line.basket, basket);
  }
  return [...baskets.values()];
}

/** Lower bound of an income band in thousand dollars: `50-74K` -> 50, `250K+` -> 250, `Under 15K` -> 0. */
function incomeFrom(band: string): number {
  return band.startsWith('Under') ? 0 : Number.parseInt(band, 10);
}

function signUp(journey: Journey, household: string, first: number): ImportLine[] {
  const known = journey.demographics.get(household);
  const chance = chances(`sign-up:${household}`);
  const anonymousId = anonymousIdOf(household);
  const visitedAt = first - DAY_MS - Math.floor(chance() * 3 * DAY_MS);
  const visit = simulateVisit({ key: `first:${household}`, anonymousId, endsAt: visitedAt, departments: ['GROCERY'], depth: 'looks' });
  const traits: Record<string, unknown> = {
    name: `Household ${household}`,
    email: `household-${household}@demo.example`,
    signed_up_at: new Date(first - 10 * MINUTE_MS).toISOString(),
    ...(known && {
      age: known.age,
      income: known.income,
      income_from_k: incomeFrom(known.income ?? ''),
      home_ownership: known.home_ownership,
      marital_status: known.marital_status,
      household_size: Number.parseInt(known.household_size ?? '', 10),
      kids: Number.parseInt(known.kids_count ?? '0', 10) || 0,
    }),
  };
  const identify: ImportLine = {
    type: 'identify',
    userId: userIdOf(household),
    anonymousId,
    messageId: `demo:identify:${household}`,
    timestamp: first - 10 * MINUTE_MS,
    traits,
  };
  return [...visit, identify];
}

function basketCalls(journey: Journey, basket: Basket, at: number): ImportLine[] {
  const userId = userIdOf(basket.household);
  const chance = chances(`basket:${basket.id}`);
  const departments = [...new Set(basket.lines.map((line) => journey.products.get(line.product)?.department ?? 'OTHER'))];
  const calls: ImportLine[] = [];
  const visitor = { userId, anonymousId: anonymousIdOf(basket.household), departments: departments.slice(0, 3) };
  if (chance() < VISIT_SHARE) calls.push(...simulateVisit({ ...visitor, key: `visit:${basket.id}`, endsAt: at - MINUTE_MS, depth: 'checks_out' }));
  if (chance() < BROWSE_SHARE) {
    const endsAt = at - DAY_MS - Math.floor(chance() * 6 * DAY_MS);
    calls.push(...simulateVisit({ ...visitor, key: `browse:${basket.id}`, endsAt, depth: pick(IDLE_DEPTHS, chance()) }));
  }
  for (const [index, line] of basket.lines.entries()) {
    const product = journey.products.get(line.product);
    calls.push({
      type: 'track',
      event: 'Product Purchased',
      userId,
      messageId: `demo:line:${basket.id}:${index}`,
      timestamp: at,
      properties: {
        order_id: basket.id,
        product_id: line.product,
        department: product?.department,
        category: product?.category,
        brand: product?.brand,
        quantity: line.quantity,
        amount: money(line.salesCents),
        discount: money(line.discountCents + line.couponCents),
        store_id: line.store,
      },
    });
  }
  calls.push(orderCompleted(basket, { userId, at, departments }));
  return calls;
}

function orderCompleted(basket: Basket, about: { userId: string; at: number; departments: readonly string[] }): ImportLine {
  const sum = (amount: (line: BasketLine) => number): number => basket.lines.reduce((total, line) => total + amount(line), 0);
  return {
    type: 'track',
    event: 'Order Completed',
    userId: about.userId,
    messageId: `demo:order:${basket.id}`,
    timestamp: about.at,
    properties: {
      order_id: basket.id,
      revenue: money(sum((line) => line.salesCents)),
      discount: money(sum((line) => line.discountCents + line.couponCents)),
      items: sum((line) => line.quantity),
      department: about.departments[0],
      store_id: basket.store,
      used_coupon: basket.lines.some((line) => line.couponCents > 0),
    },
  };
}

function campaignReceived(household: string, campaign: string, type: string, at: number): ImportLine {
  const properties = { campaign_id: campaign, campaign_type: type };
  return {
    type: 'track',
    event: 'Campaign Received',
    userId: userIdOf(household),
    messageId: `demo:campaign:${campaign}:${household}`,
    timestamp: at,
    properties,
  };
}

function couponRedeemed(redemption: Journey['redemptions'][number], index: number, at: number): ImportLine {
  const properties = { campaign_id: redemption.campaign, coupon_upc: redemption.coupon };
  return {
    type: 'track',
    event: 'Coupon Redeemed',
    userId: userIdOf(redemption.household),
    messageId: `demo:coupon:${index}`,
    timestamp: at,
    properties,
  };
}
