import { GlobalOutlined, LineChartOutlined } from '@ant-design/icons';
import { call } from '../../../console/api.ts';
import type { CommandDefinition, FirstStepDefinition, HomeCardDefinition, ScreenDefinition } from '../../../console/screens.ts';
import { listInsights, questionKinds } from '../contract.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'insights',
    load: () => import('./InsightList.tsx').then((module) => module.InsightList),
    navigation: { stage: 'know', label: 'insights:title', icon: LineChartOutlined, order: 30 },
    permission: 'insights.read',
  },
  {
    path: 'web',
    load: () => import('../reports/sessions/console/WebPage.tsx').then((module) => module.WebPage),
    navigation: { stage: 'know', label: 'insights:web.title', icon: GlobalOutlined, order: 25 },
    permission: 'insights.read',
  },
  { path: 'insights/$kind', load: () => import('./InsightPage.tsx').then((module) => module.InsightPage), permission: 'insights.read' },
];

export const commands: readonly CommandDefinition[] = questionKinds.map((kind) => ({
  label: `insights:kinds.${kind}.ask`,
  path: `insights/${kind}`,
  permission: 'insights.read',
}));

export const homeCards: readonly HomeCardDefinition[] = [
  {
    key: 'activity',
    order: 10,
    span: 12,
    permission: 'insights.read',
    load: () => import('./ActivityCard.tsx').then((module) => module.ActivityCard),
  },
];

export const firstSteps: readonly FirstStepDefinition[] = [
  {
    key: 'insight',
    order: 40,
    title: 'insights:firstStep.title',
    purpose: 'insights:firstStep.purpose',
    path: 'insights',
    permission: 'insights.read',
    isDone: async ({ projectId, signal }) => (await call(listInsights, { params: { projectId }, signal })).items.length > 0,
  },
];
