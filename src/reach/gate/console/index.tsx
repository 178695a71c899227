import { MailOutlined, SendOutlined } from '@ant-design/icons';
import type { ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'messages',
    load: () => import('./DeliveryList.tsx').then((module) => module.DeliveryList),
    navigation: { stage: 'reach', label: 'gate:title', icon: MailOutlined, order: 20 },
    permission: 'gate.read',
  },
  {
    path: 'delivery',
    load: () => import('./DeliveryPage.tsx').then((module) => module.DeliveryPage),
    navigation: { stage: 'settings', label: 'gate:settingsTitle', icon: SendOutlined, order: 40 },
    permission: 'gate.read',
  },
];
