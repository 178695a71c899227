import { type AnyRoute, type BoundRoute, type Call, handle } from '../../kernel/http/handle.ts';
import * as contract from './contract.ts';
import { dryRunOf } from './dry-run.ts';
import { archiveJourney, createJourney, journeyOf, publishJourney, setPaused, summaries, updateJourney } from './journeys.ts';
import type { JourneyParts } from './parts.ts';
import { peopleOfJourney, personInJourney } from './queries/journey-people.ts';
import { resultsOf } from './queries/journey-results.ts';
import type { JourneyTables } from './tables.ts';

export function routesOf(parts: JourneyParts): BoundRoute[] {
  return [...definitionRoutes(parts), ...stateRoutes(parts), ...resultRoutes(parts)];
}

/** Writes the change into the audit trail. */
async function audit(
  parts: JourneyParts,
  call: Pick<Call<AnyRoute>, 'principal'>,
  change: { projectId: number; journeyId: number; action: string; details?: object },
): Promise<void> {
  const { projectId, journeyId, action, details } = change;
  await parts.audit.write({
    projectId,
    principal: call.principal,
    action: `journeys.${action}`,
    subject: `journey:${journeyId}`,
    ...(details ? { details } : {}),
  });
}

function definitionRoutes(parts: JourneyParts): BoundRoute[] {
  return [
    handle(contract.listJourneys, async ({ params, query }) => ({
      items: await summaries(params.projectId, query, parts.kernel.postgres.as<JourneyTables>()),
    })),
    handle(contract.createJourney, async (call) => {
      const { projectId } = call.params;
      const journey = await createJourney(parts, { projectId, ...call.body });
      await audit(parts, call, { projectId, journeyId: journey.id, action: 'create_journey', details: { name: journey.name } });
      return journey;
    }),
    handle(contract.getJourney, ({ params }) => journeyOf(parts, params.projectId, params.journeyId)),
    handle(contract.updateJourney, async (call) => {
      const journey = await updateJourney(parts, call.params.projectId, call.params.journeyId, call.body);
      // Drafts save themselves every few seconds; only what a reader would ask about is kept.
      if (call.body.name !== undefined) await audit(parts, call, { ...call.params, action: 'rename_journey', details: { name: journey.name } });
      return journey;
    }),
  ];
}

function stateRoutes(parts: JourneyParts): BoundRoute[] {
  const changed =
    (action: string, change: (projectId: number, journeyId: number, locale: Call<AnyRoute>['locale']) => Promise<contract.Journey>) =>
    async (call: { params: { projectId: number; journeyId: number }; principal: Call<AnyRoute>['principal']; locale: Call<AnyRoute>['locale'] }) => {
      const journey = await change(call.params.projectId, call.params.journeyId, call.locale);
      await audit(parts, call, { ...call.params, action, details: { name: journey.name, version: journey.version } });
      return journey;
    };
  return [
    handle(
      contract.publishJourney,
      changed('publish_journey', (projectId, journeyId, locale) => publishJourney(parts, projectId, journeyId, locale)),
    ),
    handle(
      contract.pauseJourney,
      changed('pause_journey', (projectId, journeyId) => setPaused(parts, projectId, journeyId, true)),
    ),
    handle(
      contract.resumeJourney,
      changed('resume_journey', (projectId, journeyId) => setPaused(parts, projectId, journeyId, false)),
    ),
    handle(
      contract.archiveJourney,
      changed('archive_journey', (projectId, journeyId) => archiveJourney(parts, projectId, journeyId)),
    ),
  ];
}

function resultRoutes(parts: JourneyParts): BoundRoute[] {
  return [
    handle(contract.dryRun, ({ params, body }) => dryRunOf(parts, params.projectId, params.journeyId, body)),
    handle(contract.journeyResults, ({ params, query }) => resultsOf(parts, params.projectId, params.journeyId, query.version)),
    handle(contract.journeyPeople, ({ params, query }) => peopleOfJourney(parts, params.projectId, params.journeyId, query)),
    handle(contract.journeyPerson, ({ params }) => personInJourney(parts, params.projectId, params.journeyId, params.personId)),
  ];
}
