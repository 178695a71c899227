export type { Canonical, IdentityApi } from './api.ts';
