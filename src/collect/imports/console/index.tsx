import { CloudUploadOutlined } from '@ant-design/icons';
import type { CommandDefinition, ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'imports',
    load: () => import('./ImportList.tsx').then((module) => module.ImportList),
    navigation: { stage: 'collect', label: 'imports:title', icon: CloudUploadOutlined, order: 30 },
    permission: 'imports.read',
  },
  {
    path: 'imports/new',
    load: () => import('./NewImport.tsx').then((module) => module.NewImport),
    permission: 'imports.write',
  },
];

export const commands: readonly CommandDefinition[] = [{ label: 'imports:start', path: 'imports/new', permission: 'imports.write' }];
