import { ApiOutlined } from '@ant-design/icons';
import type { CommandDefinition, ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'sources',
    load: () => import('./SourceList.tsx').then((module) => module.SourceList),
    navigation: { stage: 'collect', label: 'sources:title', icon: ApiOutlined, order: 35 },
    permission: 'sources.read',
  },
  { path: 'sources/$sourceId', load: () => import('./SourcePage.tsx').then((module) => module.SourcePage), permission: 'sources.read' },
];

export const commands: readonly CommandDefinition[] = [{ label: 'sources:new', path: 'sources?new=1', permission: 'sources.write' }];
