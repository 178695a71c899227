import { type Condition, EVERYBODY, type EventCondition } from '../../audiences/contract.ts';

/** What a project has seen, for examples that make sense in it. */
export interface Seen {
  events: readonly { name: string }[];
  traits: readonly { name: string }[];
}

export const exampleKeys = ['loyal', 'slipping', 'big', 'silent'] as const;
export type ExampleKey = (typeof exampleKeys)[number];

const ORDER = 'Order Completed';
const INCOME = 'income';
/** Bands above 50-74K, as the demo project names them. */
const incomesAbove = ['75-99K', '100-124K', '125-149K', '150-174K', '175-199K', '200-249K', '250K+'];

/** The event that examples are about: an order when there are orders, else what happens most. Undefined before the first event. */
export function mainEvent({ events }: Seen): string | undefined {
  return events.find((event) => event.name === ORDER)?.name ?? events.find((event) => !event.name.startsWith('$'))?.name;
}

/** Ready-made rules for what teams ask most. Undefined when the project has not seen what it needs. */
export function exampleOf(key: ExampleKey, seen: Seen): Condition | undefined {
  const event = mainEvent(seen);
  if (event === undefined) return undefined;
  const did = (change: Partial<EventCondition>): EventCondition => ({
    kind: 'event',
    event,
    where: [],
    measure: { of: 'did' },
    window: { kind: 'last', amount: 30, unit: 'days' },
    ...change,
  });
  const notReached = did({ event: '$message_sent', measure: { of: 'did_not' }, window: { kind: 'last', amount: 7, unit: 'days' } });
  switch (key) {
    case 'loyal': {
      const income: Condition[] = seen.traits.some((trait) => trait.name === INCOME)
        ? [{ kind: 'trait', trait: INCOME, test: { op: 'in', values: [...incomesAbove] } }]
        : [];
      return { kind: 'all', conditions: [did({ measure: { of: 'count', op: 'greater_or_equal', value: 2 } }), ...income, notReached] };
    }
    case 'slipping':
      return { kind: 'all', conditions: [did({ window: { kind: 'last', amount: 90, unit: 'days' } }), did({ measure: { of: 'did_not' } })] };
    case 'big':
      return { kind: 'all', conditions: [did({ measure: { of: 'count', op: 'greater_or_equal', value: 5 }, window: { kind: 'days', count: 90 } })] };
    case 'silent':
      return { kind: 'all', conditions: [did({ event: '*', measure: { of: 'did_not' } })] };
  }
}

/** True while nothing has been said yet. */
export function isUntouched(condition: Condition): boolean {
  return JSON.stringify(condition) === JSON.stringify(EVERYBODY);
}
