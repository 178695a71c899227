import type { CommandDefinition, FinderDefinition, FirstStepDefinition, HomeCardDefinition, ScreenDefinition, SliceConsole } from './screens.ts';

const found = {
  ...import.meta.glob<SliceConsole>('../*/*/console/index.tsx', { eager: true }),
  ...import.meta.glob<SliceConsole>('../demo/console/index.tsx', { eager: true }),
};

const slices: readonly SliceConsole[] = Object.values(found);

/** Everything that the slices offer to the shell. */
export const screens: readonly ScreenDefinition[] = slices.flatMap((slice) => slice.screens);
export const commands: readonly CommandDefinition[] = slices.flatMap((slice) => slice.commands ?? []);
export const finders: readonly FinderDefinition[] = slices.flatMap((slice) => slice.finders ?? []);
export const homeCards: readonly HomeCardDefinition[] = slices.flatMap((slice) => slice.homeCards ?? []).toSorted((a, b) => a.order - b.order);
export const firstSteps: readonly FirstStepDefinition[] = slices.flatMap((slice) => slice.firstSteps ?? []).toSorted((a, b) => a.order - b.order);
