import { PartitionOutlined } from '@ant-design/icons';
import { call } from '../../../console/api.ts';
import type { CommandDefinition, FinderDefinition, FirstStepDefinition, HomeCardDefinition, ScreenDefinition } from '../../../console/screens.ts';
import { listJourneys } from '../contract.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'journeys',
    load: () => import('./JourneyList.tsx').then((module) => module.JourneyList),
    navigation: { stage: 'reach', label: 'journeys:title', icon: PartitionOutlined, order: 10 },
    permission: 'journeys.read',
  },
  { path: 'journeys/$journeyId', load: () => import('./JourneyPage.tsx').then((module) => module.JourneyPage), permission: 'journeys.read' },
];

export const commands: readonly CommandDefinition[] = [{ label: 'journeys:new', path: 'journeys?new=1', permission: 'journeys.write' }];

export const finders: readonly FinderDefinition[] = [
  {
    label: 'journeys:title',
    permission: 'journeys.read',
    find: async ({ projectId, text, signal }) => {
      const { items } = await call(listJourneys, { params: { projectId }, query: { search: text }, signal });
      return items.slice(0, 6).map((journey) => ({ title: journey.name, path: `journeys/${journey.id}` }));
    },
  },
];

export const firstSteps: readonly FirstStepDefinition[] = [
  {
    key: 'journey',
    order: 50,
    title: 'journeys:firstStep.title',
    purpose: 'journeys:firstStep.purpose',
    path: 'journeys?new=1',
    permission: 'journeys.write',
    isDone: async ({ projectId, signal }) => {
      const { items } = await call(listJourneys, { params: { projectId }, query: {}, signal });
      return items.some((journey) => journey.version !== null);
    },
  },
];

export const homeCards: readonly HomeCardDefinition[] = [
  {
    key: 'journeys',
    order: 40,
    span: 4,
    permission: 'journeys.read',
    load: () => import('./JourneysCard.tsx').then((module) => module.JourneysCard),
  },
];
