type Message = { context?: { library?: { version?: string } } } & Record<string, unknown>;

/**
 * Messages as vectors compare them: ids that the SDK made (`made-` and a number) become `#1`, `#2`... in the order in which they are met in the messages, from the first to the last, in each by the
 * fields messageId, anonymousId, previousId, context.sessionId; the library's version is left out.
 */
export function comparable(messages: readonly object[]): unknown[] {
  const names = new Map<string, string>();
  const named = (value: unknown): unknown => {
    if (typeof value !== 'string' || !value.startsWith('made-')) return value;
    if (!names.has(value)) names.set(value, `#${names.size + 1}`);
    return names.get(value);
  };
  return messages.map((given) => {
    const message = structuredClone(given) as Message;
    for (const field of ['messageId', 'anonymousId', 'previousId']) if (field in message) message[field] = named(message[field]);
    const context = message.context as Record<string, unknown> | undefined;
    if (context && 'sessionId' in context) context.sessionId = named(context.sessionId);
    delete message.context?.library?.version;
    return message;
  });
}
