import { DatabaseOutlined } from '@ant-design/icons';
import type { CommandDefinition, ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'pulls',
    load: () => import('./PullList.tsx').then((module) => module.PullList),
    navigation: { stage: 'collect', label: 'pulls:title', icon: DatabaseOutlined, order: 36 },
    permission: 'pulls.read',
  },
  {
    path: 'pulls/new',
    load: () => import('./PullEditor.tsx').then((module) => module.PullEditor),
    permission: 'pulls.write',
  },
];

export const commands: readonly CommandDefinition[] = [{ label: 'pulls:add', path: 'pulls/new', permission: 'pulls.write' }];
