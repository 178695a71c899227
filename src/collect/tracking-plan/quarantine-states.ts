/** `quarantined` and `refused` wait for somebody; the others are settled. */
export const quarantineStates = ['quarantined', 'refused', 'replayed', 'discarded'] as const;
export type QuarantineState = (typeof quarantineStates)[number];

/** Which entries are meant. */
export interface QuarantineFilter {
  state?: QuarantineState | undefined;
  event?: string | undefined;
  kind?: string | undefined;
  library?: string | undefined;
  /** Part of the event's name, or a whole message id, user id or anonymous id. */
  search?: string | undefined;
}
