import { defineErrors } from '../../kernel/errors/errors.ts';

export * from './plan-document.ts';
export { PASSED, type PlanVerdict, type QuarantineEntry, type Violation, type ViolationKind } from './verdict.ts';

/** Refusals of this slice. `event_refused` is what a sender is told whose event breaks a rule with the consequence `refuse`. */
export const refusePlan = defineErrors('tracking-plan', {
  event_refused: { status: 400, message: 'The event does not fit the tracking plan' },
  document_faulty: { status: 400, message: 'The plan has faults' },
  plan_changed: { status: 409, message: 'The plan was changed meanwhile' },
  unknown_event: { status: 404, message: 'No such event in this project' },
  unknown_version: { status: 404, message: 'No such version of the plan' },
  unknown_entry: { status: 404, message: 'No such event in quarantine' },
});
