import { ScheduleOutlined } from '@ant-design/icons';
import { call } from '../../../console/api.ts';
import type { CommandDefinition, FinderDefinition, ScreenDefinition } from '../../../console/screens.ts';
import { listPlanEvents } from '../contract.ts';

const permission = 'tracking-plan.read';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'tracking-plan',
    load: () => import('./EventList.tsx').then((module) => module.EventList),
    navigation: { stage: 'collect', label: 'tracking-plan:title', icon: ScheduleOutlined, order: 20 },
    permission,
  },
  { path: 'tracking-plan/event', load: () => import('./EventPage.tsx').then((module) => module.EventPage), permission },
  { path: 'tracking-plan/traits', load: () => import('./TraitList.tsx').then((module) => module.TraitList), permission },
  { path: 'tracking-plan/quarantine', load: () => import('./QuarantineList.tsx').then((module) => module.QuarantineList), permission },
  { path: 'tracking-plan/history', load: () => import('./HistoryList.tsx').then((module) => module.HistoryList), permission },
];

export const commands: readonly CommandDefinition[] = [
  { label: 'tracking-plan:document.import', path: 'tracking-plan?import=1', permission: 'tracking-plan.write' },
  { label: 'tracking-plan:tabs.quarantine', path: 'tracking-plan/quarantine', permission },
];

const FOUND_MAX = 6;

export const finders: readonly FinderDefinition[] = [
  {
    label: 'tracking-plan:title',
    permission,
    find: async ({ projectId, text, signal }) => {
      const { items } = await call(listPlanEvents, { params: { projectId }, signal });
      const wanted = text.trim().toLowerCase();
      return items
        .filter(({ event, displayName }) => `${event}\n${displayName.en ?? ''}\n${displayName['zh-CN'] ?? ''}`.toLowerCase().includes(wanted))
        .slice(0, FOUND_MAX)
        .map(({ event, displayName }) => ({
          title: displayName['zh-CN'] ?? displayName.en ?? event,
          detail: event,
          path: `tracking-plan/event?event=${encodeURIComponent(event)}`,
        }));
    },
  },
];
