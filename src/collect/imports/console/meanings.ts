/** What each state of an import says at a glance. */
export const meanings = { queued: 'waiting', running: 'info', paused: 'neutral', done: 'success', cancelled: 'neutral', failed: 'danger' } as const;
