import type { Journey, JourneyDefinition } from './contract.ts';

/** What other slices may call. */
export interface JourneysApi {
  /** Creates a draft. Throws `journeys.name_taken`, `journeys.broken_template`. */
  create(input: { projectId: number; name: string; draft?: JourneyDefinition }): Promise<Journey>;
  /** Publishes the draft. Throws `journeys.not_publishable`. */
  publish(projectId: number, journeyId: number): Promise<Journey>;
}
