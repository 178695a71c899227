import { refusePlan } from './contract.ts';
import { type PlanDocument, type PlannedEvent, type PlannedTrait, planLimits } from './plan-document.ts';

/** The document with one event written or, with null, taken out. */
export function withEvent(document: PlanDocument, name: string, event: PlannedEvent | null): PlanDocument {
  const events = { ...document.events };
  delete events[name];
  const after = event === null ? events : { ...events, [name]: event };
  if (Object.keys(after).length > planLimits.eventsMax) throw refusePlan('plan_full', { details: { max: planLimits.eventsMax } });
  return { ...document, events: after };
}

/** The same for a trait. */
export function withTrait(document: PlanDocument, name: string, trait: PlannedTrait | null): PlanDocument {
  const traits = { ...document.traits };
  delete traits[name];
  const after = trait === null ? traits : { ...traits, [name]: trait };
  if (Object.keys(after).length > planLimits.traitsMax) throw refusePlan('plan_full', { details: { max: planLimits.traitsMax } });
  return { ...document, traits: after };
}

/** Events become expected; those that the plan does not know are described by what was seen. */
export function withAdopted(document: PlanDocument, suggestions: ReadonlyMap<string, PlannedEvent>): PlanDocument {
  let after = document;
  for (const [name, suggestion] of suggestions) {
    const known = document.events && Object.hasOwn(document.events, name) ? document.events[name] : undefined;
    const { status: _status, ...rest } = known ?? suggestion;
    after = withEvent(after, name, rest);
  }
  return after;
}

/** Events get a status; those that the plan does not know are written into it. */
export function withStatus(document: PlanDocument, names: readonly string[], status: NonNullable<PlannedEvent['status']>): PlanDocument {
  let after = document;
  for (const name of names) {
    const { status: _status, ...rest } = (after.events && Object.hasOwn(after.events, name) && after.events[name]) || {};
    after = withEvent(after, name, status === 'expected' ? rest : { ...rest, status });
  }
  return after;
}
