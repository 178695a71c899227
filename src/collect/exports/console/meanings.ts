/** What each state of a destination says at a glance. */
export const destinationMeanings = { running: 'success', paused: 'neutral', failing: 'danger' } as const;
