import type { Fact } from '../../collect/stream/contract.ts';

/** Whom and what a message is about. */
export interface MessageSubject {
  id: string;
  person_id: number;
  channel: string;
  operation: string;
  node: string;
}

/**
 * The fact of a message for the stream. `attempt` keeps a message that was sent again by hand apart from the first time.
 */
export function messageFact(
  event: '$message_sent' | '$message_skipped' | '$message_failed',
  message: MessageSubject,
  what: { at: number; reason: string | null; attempt?: number },
): Fact {
  const [kind, id] = message.operation.split(':');
  return {
    personId: message.person_id,
    event,
    time: what.at,
    properties: {
      channel: message.channel,
      operation: message.operation,
      ...(kind === 'journey' ? { journeyId: Number(id) } : {}),
      node: message.node,
      ...(what.reason === null ? {} : { reason: what.reason }),
      deliveryId: message.id,
    },
    messageId: `gate:${message.id}:${event.slice(1)}:${what.attempt ?? 0}`,
    passive: true,
    source: 'gate',
  };
}
