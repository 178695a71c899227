export type { TemplatesApi } from './api.ts';
