import { DashboardOutlined, FilterOutlined } from '@ant-design/icons';
import type { CommandDefinition, ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'data-quality',
    load: () => import('./QualityPage.tsx').then((module) => module.QualityPage),
    navigation: { stage: 'collect', label: 'enrichment:quality.title', icon: DashboardOutlined, order: 40 },
    permission: 'quality.read',
  },
  {
    path: 'collection-settings',
    load: () => import('./CollectionSettingsPage.tsx').then((module) => module.CollectionSettingsPage),
    navigation: { stage: 'settings', label: 'enrichment:title', icon: FilterOutlined, order: 35 },
    permission: 'enrichment.read',
  },
];

export const commands: readonly CommandDefinition[] = [
  { label: 'enrichment:rates.import', path: 'collection-settings?section=currency', permission: 'enrichment.write' },
  { label: 'enrichment:personal.addTitle', path: 'collection-settings?section=personal', permission: 'enrichment.write' },
];
