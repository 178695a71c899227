export type { OperationDeclaration, OperationsApi } from './api.ts';
