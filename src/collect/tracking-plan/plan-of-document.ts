import { defaultRules, PLAN_FORMAT, type PlanDocument, type TrackingPlan } from './plan-document.ts';

/** A plan that says nothing. */
export const EMPTY_DOCUMENT: PlanDocument = Object.freeze({ format: PLAN_FORMAT });

/** The document with everything said. */
export function planOfDocument(document: PlanDocument, at: { version: number; updatedAt: string | null }): TrackingPlan {
  return { ...at, rules: { ...defaultRules, ...document.rules }, events: document.events ?? {}, traits: document.traits ?? {} };
}
