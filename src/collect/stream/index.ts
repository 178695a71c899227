export type { StreamApi } from './api.ts';
