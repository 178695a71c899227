import { FileSearchOutlined } from '@ant-design/icons';
import type { ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'audit',
    load: () => import('./AuditList.tsx').then((module) => module.AuditList),
    navigation: { stage: 'settings', label: 'audit:title', icon: FileSearchOutlined, order: 40 },
    permission: 'audit.read',
  },
];
