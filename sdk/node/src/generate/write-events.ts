import { VERSION } from '../version.ts';
import type { Plan } from './plan.ts';
import { byName, docOf, literal, membersOf } from './write-types.ts';

/** For which SDK: `web` calls are about the visitor, `node` calls name a person. */
export type Target = 'web' | 'node';

/** Types and functions of the events and traits of a plan, as a TypeScript file. The same plan makes the same text. */
export function writeEvents(plan: Plan, target: Target): string {
  const names = new Names();
  const events = Object.entries(plan.events)
    .filter(([event, { status }]) => status !== 'blocked' && !event.startsWith('$'))
    .toSorted(byName)
    .map(([event, planned]) => ({ event, planned, type: names.take(event) }));
  return [
    `// Made by perennial-events ${VERSION} from the tracking plan. Change the plan and make it again.\n${imports(target)}`,
    ...events.map(
      ({ planned, type }) => `${docOf(planned)}export interface ${type} {\n${membersOf(planned.properties ?? {}, { isOptional: false })}}\n`,
    ),
    `/** The planned events and what each carries. */\nexport interface PlannedEvents {\n${events.map(({ event, type }) => `  ${literal(event)}: ${type};\n`).join('')}}\n`,
    `/** The planned traits of people; null clears one. */\nexport interface PlannedTraits {\n${membersOf(plan.traits, { isOptional: true, isNullable: true })}}\n`,
    generic[target],
    ...events.map(
      ({ event, planned, type }) =>
        `${docOf(planned)}${oneEvent(
          target,
          event,
          type,
          Object.values(planned.properties ?? {}).some((field) => field.required),
        )}`,
    ),
  ].join('\n');
}

const imports = (target: Target): string =>
  target === 'web'
    ? "import type { CallOptions, Perennial } from '@perennial/web';\n"
    : "import type { Common, Perennial, Waiting } from '@perennial/node';\n";

const generic: Record<Target, string> = {
  web: `/** Tracks a planned event. */
export function trackPlanned<Name extends keyof PlannedEvents>(
  perennial: Perennial,
  event: Name,
  properties: PlannedEvents[Name],
  options?: CallOptions,
): void {
  perennial.track(event, { ...properties }, options);
}

/** Says who the visitor is, with planned traits. */
export function identifyPlanned(perennial: Perennial, userId: string, traits: PlannedTraits = {}): void {
  perennial.identify(userId, { ...traits });
}
`,
  node: `/** Tracks a planned event. */
export function trackPlanned<Name extends keyof PlannedEvents>(
  perennial: Perennial,
  call: Common & { event: Name; properties: PlannedEvents[Name] },
): boolean {
  return perennial.track({ ...call, properties: { ...call.properties } });
}

/** Says who somebody is, with planned traits. */
export function identifyPlanned(perennial: Perennial, call: Common & { traits?: PlannedTraits }): boolean {
  return perennial.identify({ ...call, traits: { ...call.traits } });
}
`,
};

function oneEvent(target: Target, event: string, type: string, isNeeded: boolean): string {
  if (target === 'web')
    return `export function track${type}(perennial: Perennial, properties: ${type}${isNeeded ? '' : ' = {}'}, options?: CallOptions): void {
  perennial.track(${literal(event)}, { ...properties }, options);
}
`;
  const call = `Common & { properties${isNeeded ? '' : '?'}: ${type} }`;
  return `export function track${type}(perennial: Perennial, call: ${call}): boolean;
export function track${type}(perennial: Perennial, call: ${call}, waiting: Waiting): Promise<void>;
export function track${type}(perennial: Perennial, call: ${call}, waiting?: Waiting): boolean | Promise<void> {
  const full = { ...call, event: ${literal(event)}, properties: { ...call.properties } };
  return waiting ? perennial.track(full, waiting) : perennial.track(full);
}
`;
}

/** Names of types: `Order Completed` is `OrderCompleted`; a second event that comes to the same name gets a number. */
class Names {
  readonly #taken = new Set([
    'PlannedEvents',
    'PlannedTraits',
    'Planned',
    'Perennial',
    'Common',
    'Waiting',
    'CallOptions',
    'Date',
    'Record',
    'Promise',
  ]);

  take(event: string): string {
    const words = event.match(/[\p{L}\p{N}]+/gu) ?? [];
    const joined = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
    const name = /^\p{L}/u.test(joined) ? joined : `Event${joined}`;
    let free = name;
    for (let count = 2; this.#taken.has(free); count += 1) free = `${name}${count}`;
    this.#taken.add(free);
    return free;
  }
}
