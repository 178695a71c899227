import type { HomeCardDefinition, ScreenDefinition } from '../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [];

export const homeCards: readonly HomeCardDefinition[] = [
  { key: 'demo', order: 0, span: 12, permission: 'demo.read', load: () => import('./DemoCard.tsx').then((module) => module.DemoCard) },
];
