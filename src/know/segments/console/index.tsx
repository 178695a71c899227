import { ApartmentOutlined } from '@ant-design/icons';
import { call } from '../../../console/api.ts';
import type { CommandDefinition, FinderDefinition, FirstStepDefinition, HomeCardDefinition, ScreenDefinition } from '../../../console/screens.ts';
import { listSegments } from '../contract.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'segments',
    load: () => import('./SegmentList.tsx').then((module) => module.SegmentList),
    navigation: { stage: 'know', label: 'segments:title', icon: ApartmentOutlined, order: 20 },
    permission: 'segments.read',
  },
  { path: 'segments/new', load: () => import('./SegmentEditor.tsx').then((module) => module.NewSegment), permission: 'segments.write' },
  { path: 'segments/$segmentId', load: () => import('./SegmentPage.tsx').then((module) => module.SegmentPage), permission: 'segments.read' },
  { path: 'segments/$segmentId/edit', load: () => import('./SegmentEditor.tsx').then((module) => module.EditSegment), permission: 'segments.write' },
];

export const commands: readonly CommandDefinition[] = [{ label: 'segments:create', path: 'segments/new', permission: 'segments.write' }];

const FOUND_MAX = 6;

export const finders: readonly FinderDefinition[] = [
  {
    label: 'segments:title',
    permission: 'segments.read',
    find: async ({ projectId, text, signal }) => {
      const { items } = await call(listSegments, { params: { projectId }, query: { search: text, state: 'all' }, signal });
      return items.slice(0, FOUND_MAX).map(({ segmentId, name, sentence }) => ({ title: name, detail: sentence, path: `segments/${segmentId}` }));
    },
  },
];

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
