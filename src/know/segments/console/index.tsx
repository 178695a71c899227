import { call } from '../../../console/api.ts';
import type { FirstStepDefinition, HomeCardDefinition, ScreenDefinition } from '../../../console/screens.ts';
import { listSegments } from '../contract.ts';

export const screens: readonly ScreenDefinition[] = [];

export const homeCards: readonly HomeCardDefinition[] = [
  {
    key: 'segments',
    order: 30,
    span: 4,
    permission: 'segments.read',
    load: () => import('./SegmentsCard.tsx').then((module) => module.SegmentsCard),
  },
];

export const firstSteps: readonly FirstStepDefinition[] = [
  {
    key: 'segment',
    order: 20,
    title: 'segments:firstStep.title',
    purpose: 'segments:firstStep.purpose',
    path: 'segments',
    permission: 'segments.read',
    isDone: async ({ projectId, signal }) => (await call(listSegments, { params: { projectId }, query: { state: 'all' }, signal })).items.length > 0,
  },
];
