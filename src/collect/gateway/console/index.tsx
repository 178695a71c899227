import { ControlOutlined, LinkOutlined, ThunderboltOutlined } from '@ant-design/icons';
import type { CommandDefinition, ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [
  {
    path: 'live-events',
    load: () => import('./LiveEvents.tsx').then((module) => module.LiveEvents),
    navigation: { stage: 'collect', label: 'gateway:title', icon: ThunderboltOutlined, order: 10 },
    permission: 'gateway.read',
  },
  {
    path: 'connect',
    load: () => import('./Connect.tsx').then((module) => module.Connect),
    navigation: { stage: 'collect', label: 'gateway:connect.title', icon: LinkOutlined, order: 5 },
    permission: 'gateway.read',
  },
  {
    path: 'key-limits',
    load: () => import('./KeyLimits.tsx').then((module) => module.KeyLimits),
    navigation: { stage: 'settings', label: 'gateway:limits.title', icon: ControlOutlined, order: 31 },
    permission: 'gateway.read',
  },
];

export const commands: readonly CommandDefinition[] = [{ label: 'gateway:connect.command', path: 'connect', permission: 'gateway.read' }];
