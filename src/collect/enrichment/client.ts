import type { IncomingEvent } from '../stream/contract.ts';

/** The name of the client library that an event names, for counting; `unknown` without one. */
export function clientOf(event: Pick<IncomingEvent, 'context'>): string {
  const { library } = event.context;
  if (typeof library !== 'object' || library === null) return 'unknown';
  const { name } = library as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : 'unknown';
}
