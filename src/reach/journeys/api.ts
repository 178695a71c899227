import type { Comparison, SplitCheck } from '../../try/operations/contract.ts';
import type { Journey, JourneyDefinition } from './contract.ts';

/** What other slices may call. */
export interface JourneysApi {
  /** Creates a draft. Throws `journeys.name_taken`, `journeys.broken_template`. */
  create(input: { projectId: number; name: string; draft?: JourneyDefinition }): Promise<Journey>;
  /** Publishes the draft. Throws `journeys.not_publishable`. */
  publish(projectId: number, journeyId: number): Promise<Journey>;
  /** What a journey changed so far, over all its versions. Throws `journeys.unknown_journey`. */
  effect(projectId: number, journeyId: number): Promise<JourneyEffect>;
}

/** People taken in, and goal rates of the two arms held against each other. */
export interface JourneyEffect {
  entered: number;
  active: number;
  comparison: Comparison;
  split: SplitCheck;
}
