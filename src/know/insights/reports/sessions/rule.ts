import { z } from 'zod';
import { eventSchema } from '../../question-parts.ts';

/**
 * When a session ends and the next one begins.
 * `rule`: cut now, from the events alone, so that any definition holds for the past too. `given`: the session ids of the events, as clients or the server gave them.
 */
export const sessionRuleSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rule'),
    /** A pause that is longer ends the session. */
    idleMinutes: z.int().min(1).max(1_440).default(30),
    /** No session lasts as long. */
    lengthMaxHours: z.int().min(1).max(168).default(24),
    /** A new local day begins a new session. */
    midnight: z.boolean().default(false),
    /** Another campaign than the session's (`$utm_campaign`, else `$utm_source`) begins a new session. */
    campaign: z.boolean().default(false),
    /** Events that begin a session, and events that are the last one of theirs. */
    startEvents: z.array(eventSchema).max(10).default([]),
    endEvents: z.array(eventSchema).max(10).default([]),
  }),
  z.object({ kind: z.literal('given') }),
]);
export type SessionRule = z.infer<typeof sessionRuleSchema>;

export const usualRule: SessionRule = sessionRuleSchema.parse({ kind: 'rule' });

const HOUR_MS = 3_600_000;

/** How far before and behind the period events are read, so that sessions across its ends are whole. */
export function marginMs(rule: SessionRule | { kind: 'none' }): number {
  if (rule.kind === 'none') return 0;
  return (rule.kind === 'given' ? 24 : rule.lengthMaxHours) * HOUR_MS;
}

/** Keys of the rule's texts, `insights:definitions.<key>`. */
export function definitionsOfRule(rule: SessionRule | { kind: 'none' }): string[] {
  if (rule.kind === 'none') return ['session_none'];
  if (rule.kind === 'given') return ['session_given', 'session_range'];
  const { midnight, campaign, startEvents, endEvents } = rule;
  return [
    'session_rule',
    ...(midnight ? ['session_midnight'] : []),
    ...(campaign ? ['session_campaign'] : []),
    ...(startEvents.length > 0 ? ['session_start_events'] : []),
    ...(endEvents.length > 0 ? ['session_end_events'] : []),
    'session_range',
  ];
}
