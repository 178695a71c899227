import type { Fact } from '../../collect/stream/contract.ts';

/** Whom and what a message is about. */
export interface MessageSubject {
  id: string;
  person_id: number;
  channel: string;
  operation: string;
  node: string;
}

/** The fact of a message for the stream. `attempt` keeps a message that was sent again by hand apart from the first time. */
export function messageFact(
  event: '$message_sent' | '$message_skipped' | '$message_failed',
  message: MessageSubject,
  at: number,
  reason: string | null,
  attempt = 0,
): Fact {
  const [kind, id] = message.operation.split(':');
  return {
    personId: message.person_id,
    event,
    time: at,
    properties: {
      channel: message.channel,
      operation: message.operation,
      ...(kind === 'journey' ? { journeyId: Number(id) } : {}),
      node: message.node,
      ...(reason === null ? {} : { reason }),
      deliveryId: message.id,
    },
    messageId: `gate:${message.id}:${event.slice(1)}:${attempt}`,
    passive: true,
    source: 'gate',
  };
}
