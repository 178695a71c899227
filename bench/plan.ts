import type { IncomingEvent } from '../src/collect/stream/contract.ts';
import { compilePlan } from '../src/collect/tracking-plan/compile-plan.ts';
import { defaultRules, type PlannedEvent, type TrackingPlan } from '../src/collect/tracking-plan/contract.ts';
import { type SeenEvents, seeEvent } from '../src/collect/tracking-plan/seen.ts';

/** What the tracking plan costs an event: microseconds of `judge` and of `observe`, for plans and events of a usual size. Run: node bench/plan.ts */
const ROUNDS = 300_000;
const EVENTS = 200;
const PROPERTIES = 12;

const properties: PlannedEvent['properties'] = Object.fromEntries(
  Array.from({ length: PROPERTIES }, (_, index) => {
    const kinds = [
      { type: 'string', pattern: '^SKU-\\d{4,8}$' },
      { type: 'number', min: 0, max: 10_000 },
      { type: 'string', enum: ['red', 'green', 'blue'] },
      { type: 'integer', required: true },
      { type: 'datetime' },
      { type: 'boolean' },
    ] as const;
    return [`property${index}`, { ...kinds[index % kinds.length] } as NonNullable<PlannedEvent['properties']>[string]];
  }),
);
const plan: TrackingPlan = {
  version: 1,
  updatedAt: null,
  rules: { ...defaultRules, unplanned_event: 'warn', unplanned_property: 'warn', unplanned_trait: 'warn' },
  events: Object.fromEntries(Array.from({ length: EVENTS }, (_, index) => [`Event ${index}`, { properties: properties ?? {} }])),
  traits: { city: { type: 'string' }, level: { type: 'integer' } },
};

function eventOf(index: number, isFaulty: boolean): IncomingEvent {
  const values = ['SKU-12345', 12.5, 'red', 3, '2026-05-01T10:00:00Z', true];
  const sent = Object.fromEntries(Array.from({ length: PROPERTIES }, (_, place) => [`property${place}`, values[place % values.length]]));
  if (isFaulty) sent['property1'] = '12';
  return { messageId: `m${index}`, kind: 'track', event: `Event ${index % EVENTS}`, time: Date.now(), sequence: 0, properties: sent, context: {} };
}

function measure(name: string, work: (event: IncomingEvent) => void, isFaulty = false): void {
  const events = Array.from({ length: 1_000 }, (_, index) => eventOf(index, isFaulty));
  for (let round = 0; round < 20_000; round += 1) work(events[round % events.length] as IncomingEvent);
  // Time of the processor, so that other work on the machine is not counted.
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) work(events[round % events.length] as IncomingEvent);
  const microseconds = process.cpuUsage(before).user / ROUNDS;
  console.log(`${name.padEnd(64)} ${microseconds.toFixed(2)} µs`);
}

const startedAt = performance.now();
const compiled = compilePlan(plan);
console.log(`${'compile a plan of 200 events with 12 properties each'.padEnd(64)} ${(performance.now() - startedAt).toFixed(1)} ms`);
const empty = compilePlan({ ...plan, rules: defaultRules, events: {}, traits: {} });
measure('check, no plan', (event) => empty.judge(event));
measure('check, 12 planned properties, no fault', (event) => compiled.judge(event));
measure('check, 12 planned properties, one of a wrong type', (event) => compiled.judge(event), true);
let seen: SeenEvents = new Map();
let count = 0;
measure('observe, 12 properties, written every 100,000 events', (event) => {
  count += 1;
  if (count % 100_000 === 0) seen = new Map();
  seeEvent(seen, event, event.time);
});
