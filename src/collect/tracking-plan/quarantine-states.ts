/** `quarantined` and `refused` wait for somebody; the others are settled. */
export const quarantineStates = ['quarantined', 'refused', 'replayed', 'discarded'] as const;
export type QuarantineState = (typeof quarantineStates)[number];
