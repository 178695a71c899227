/** The parts of the system that a process runs; `all` is every one of them. */
export type Role = 'collect' | 'web' | 'worker';
