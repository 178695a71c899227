export type { PlanChecker, PlanLabels, TrackingPlanApi } from './api.ts';
