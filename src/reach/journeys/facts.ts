import type { Fact } from '../../collect/stream/contract.ts';
import type { Arm } from '../../try/operations/contract.ts';

/** The run that a fact is about. */
export interface FactSubject {
  id: number;
  journey_id: number;
  version: number;
  person_id: number;
  arm: Arm;
}

/** A fact of a journey for the stream. `key` tells it apart from the others of the run, so that it is written once. */
export function journeyFact(
  event: '$journey_entered' | '$journey_step' | '$journey_exited' | '$goal_reached',
  run: FactSubject,
  what: { key: string; at: number; node?: string | null; outcome?: string },
): Fact {
  return {
    personId: run.person_id,
    event,
    time: what.at,
    properties: {
      journeyId: run.journey_id,
      version: run.version,
      arm: run.arm,
      ...(what.node ? { node: what.node } : {}),
      ...(what.outcome ? { outcome: what.outcome } : {}),
    },
    messageId: `journey:${run.id}:${what.key}`,
    passive: true,
    source: 'journeys',
  };
}

/** The name under which a journey is an operation: part of the hash that assigns arms, never reused. */
export function operationOf(journeyId: number): string {
  return `journey:${journeyId}`;
}

/** What cancels a run's waiting messages. */
export function cancelKeyOf(runId: number): string {
  return `journey:run:${runId}`;
}
