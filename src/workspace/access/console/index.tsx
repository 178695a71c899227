import { TeamOutlined } from '@ant-design/icons';
import type { ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'members',
    load: () => import('./MemberList.tsx').then((module) => module.MemberList),
    navigation: { stage: 'settings', label: 'access:title', icon: TeamOutlined, order: 20 },
    permission: 'members.read',
  },
  { path: 'account', scope: 'workspace', load: () => import('./AccountPage.tsx').then((module) => module.AccountPage) },
];
