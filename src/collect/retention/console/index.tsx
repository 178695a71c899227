import { HourglassOutlined } from '@ant-design/icons';
import type { ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'data-retention',
    load: () => import('./RetentionPage.tsx').then((module) => module.RetentionPage),
    navigation: { stage: 'settings', label: 'retention:title', icon: HourglassOutlined, order: 60 },
    permission: 'retention.read',
  },
];
