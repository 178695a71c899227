import { FundProjectionScreenOutlined } from '@ant-design/icons';
import type { ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'scorecards',
    load: () => import('./ScorecardList.tsx').then((module) => module.ScorecardList),
    navigation: { stage: 'prove', label: 'scorecards:title', icon: FundProjectionScreenOutlined, order: 10 },
    permission: 'scorecards.read',
  },
];
