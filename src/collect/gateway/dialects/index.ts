import type { Dialect } from '../dialect.ts';
import { amplitude } from './amplitude.ts';
import { segment } from './segment.ts';
import { sensors } from './sensors.ts';

/** Every protocol that the gateway speaks. Where two share a path at the root, the first that claims a request has it. */
export const dialects: readonly Dialect[] = [segment, amplitude, sensors];
