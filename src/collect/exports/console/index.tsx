import { ExportOutlined } from '@ant-design/icons';
import type { CommandDefinition, ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'exports',
    load: () => import('./ExportsPage.tsx').then((module) => module.ExportsPage),
    navigation: { stage: 'collect', label: 'exports:title', icon: ExportOutlined, order: 60 },
    permission: 'exports.read',
  },
];

export const commands: readonly CommandDefinition[] = [
  { label: 'exports:addDestination', path: 'exports?new=1', permission: 'exports.write' },
  { label: 'exports:makeFile', path: 'exports?tab=downloads&new=1', permission: 'exports.write' },
];
