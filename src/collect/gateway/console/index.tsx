import { ThunderboltOutlined } from '@ant-design/icons';
import type { ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'live-events',
    load: () => import('./LiveEvents.tsx').then((module) => module.LiveEvents),
    navigation: { stage: 'collect', label: 'gateway:title', icon: ThunderboltOutlined, order: 10 },
    permission: 'gateway.read',
  },
];
