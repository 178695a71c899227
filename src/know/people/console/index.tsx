import { ClusterOutlined, IdcardOutlined, TeamOutlined } from '@ant-design/icons';
import { call } from '../../../console/api.ts';
import type { FinderDefinition, FirstStepDefinition, HomeCardDefinition, ScreenDefinition } from '../../../console/screens.ts';
import { listPeople } from '../contract.ts';
import { secondLineOf } from './names.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'people',
    load: () => import('./PeopleList.tsx').then((module) => module.PeopleList),
    navigation: { stage: 'know', label: 'people:title', icon: TeamOutlined, order: 10 },
    permission: 'people.read',
  },
  { path: 'people/$personId', load: () => import('./PersonPage.tsx').then((module) => module.PersonPage), permission: 'people.read' },
  {
    path: 'people/$personId/identity',
    load: () => import('./IdentityPage.tsx').then((module) => module.IdentityPage),
    permission: 'people.read',
  },
  {
    path: 'groups',
    load: () => import('./GroupList.tsx').then((module) => module.GroupList),
    navigation: { stage: 'know', label: 'people:groups.title', icon: ClusterOutlined, order: 15 },
    permission: 'people.read',
  },
  { path: 'groups/$type/$groupId', load: () => import('./GroupPage.tsx').then((module) => module.GroupPage), permission: 'people.read' },
  {
    path: 'identity-rules',
    load: () => import('./IdRulesPage.tsx').then((module) => module.IdRulesPage),
    navigation: { stage: 'settings', label: 'people:rules.title', icon: IdcardOutlined, order: 55 },
    permission: 'people.read',
  },
];

const FOUND_MAX = 6;

export const finders: readonly FinderDefinition[] = [
  {
    label: 'people:title',
    permission: 'people.read',
    find: async ({ projectId, text, signal }) => {
      const { items } = await call(listPeople, { params: { projectId }, query: { search: text, limit: FOUND_MAX }, signal });
      return items.map((person) => ({ title: person.label, detail: secondLineOf(person), path: `people/${person.personId}` }));
    },
  },
];

export const firstSteps: readonly FirstStepDefinition[] = [
  {
    key: 'event',
    order: 10,
    title: 'people:firstStep.title',
    purpose: 'people:firstStep.purpose',
    path: 'live-events',
    permission: 'people.read',
    // Nobody is known before the first event.
    isDone: async ({ projectId, signal }) => (await call(listPeople, { params: { projectId }, query: { limit: 1 }, signal })).items.length > 0,
  },
];

export const homeCards: readonly HomeCardDefinition[] = [
  { key: 'people', order: 20, span: 4, permission: 'people.read', load: () => import('./PeopleCard.tsx').then((module) => module.PeopleCard) },
];
