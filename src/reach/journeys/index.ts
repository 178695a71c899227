import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { JourneysApi } from './api.ts';
import { refuse } from './contract.ts';
import { createJourney, publishJourney } from './journeys.ts';
import type { JourneyParts, JourneyUses } from './parts.ts';
import { resultsOf } from './queries/journey-results.ts';
import { journeysUsingSegment } from './queries/journeys-using-segment.ts';
import { routesOf } from './routes.ts';
import { Runner } from './runner.ts';

export type { JourneyEffect, JourneysApi } from './api.ts';

const everybody = ['owner', 'admin', 'analyst', 'operator', 'viewer'] as const;

/** Operations that people walk through, step by step. */
export const door = defineSlice({
  name: 'journeys',
  folder: import.meta.dirname,
  uses: ['projects', 'audit', 'identity', 'stream', 'audiences', 'people', 'segments', 'operations', 'templates', 'gate'],
  permissions: {
    'journeys.read': everybody,
    'journeys.write': ['owner', 'admin', 'operator'],
    'journeys.publish': ['owner', 'admin', 'operator'],
  },
  errors: [refuse],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: JourneyUses }) {
    const parts: JourneyParts = { kernel, ...uses };
    uses.segments.registerUser({
      kind: 'journey',
      usesOf: (projectId, segmentId) => journeysUsingSegment(projectId, segmentId, kernel.postgres.as<object>()),
    });
    const api: JourneysApi = {
      create: (input) => createJourney(parts, input),
      publish: (projectId, journeyId) => publishJourney(parts, projectId, journeyId, 'en'),
      effect: async (projectId, journeyId) => {
        const { runs, comparison, split } = await resultsOf(parts, projectId, journeyId, undefined);
        return { entered: runs.entered, active: runs.active, comparison, split };
      },
    };
    return { api, services: [new Runner(parts)], routes: routesOf(parts) };
  },
});
