export type { DeliveryDecision, DeliveryRequest, GateApi } from './api.ts';
