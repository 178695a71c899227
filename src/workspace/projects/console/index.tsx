import { KeyOutlined, SettingOutlined } from '@ant-design/icons';
import type { CommandDefinition, ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  { path: 'projects', scope: 'workspace', load: () => import('./ProjectList.tsx').then((module) => module.ProjectList) },
  {
    path: 'settings',
    load: () => import('./ProjectSettings.tsx').then((module) => module.ProjectSettings),
    navigation: { stage: 'settings', label: 'projects:settings.title', icon: SettingOutlined, order: 10 },
    permission: 'projects.read',
  },
  {
    path: 'keys',
    load: () => import('./KeyList.tsx').then((module) => module.KeyList),
    navigation: { stage: 'settings', label: 'projects:keys.title', icon: KeyOutlined, order: 30 },
    permission: 'keys.read',
  },
];

export const commands: readonly CommandDefinition[] = [
  { label: 'projects:keys.new', path: 'keys?new=1', permission: 'keys.write' },
  { label: 'projects:new', path: '/projects?new=1' },
];
