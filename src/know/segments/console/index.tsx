import type { ScreenDefinition } from '../../../console/screens.ts';

export const screens: readonly ScreenDefinition[] = [];
