import { eventLimits, type IncomingEvent } from '../stream/contract.ts';
import type { EnrichmentRequest } from './api.ts';
import { clientOf } from './client.ts';
import { isPersonalUserAgent, isServerLibrary } from './senders.ts';

/** How an event came, worked out once. */
export interface Arrival {
  client: string;
  request: EnrichmentRequest;
  /** The request was made by the person's own device. */
  isPersonal: boolean;
  /** The person's user agent; empty when unknown. */
  userAgent: string;
  /** When it happened by our clock (ms), as the stream will have it. */
  timeMs: number;
}

/** Works out how an event came. */
export function arrivalOf(event: IncomingEvent, request: EnrichmentRequest): Arrival {
  const client = clientOf(event);
  const isFromDevice = isPersonalUserAgent(request.userAgent);
  const isPersonal = !isServerLibrary(client) && (client !== 'unknown' || isFromDevice);
  const own = event.context.userAgent;
  const userAgent = typeof own === 'string' && own !== '' ? own : isPersonal && isFromDevice ? (request.userAgent ?? '') : '';
  const shifted = request.sentAt === undefined ? event.time : Math.round(event.time + request.receivedAt - request.sentAt);
  const timeMs = shifted > request.receivedAt + eventLimits.futureMaxMs ? request.receivedAt : shifted;
  return { client, request, isPersonal, userAgent, timeMs };
}
