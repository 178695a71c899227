import type { Dialect } from '../dialect.ts';
import { amplitude } from './amplitude.ts';
import { countly } from './countly.ts';
import { ga4 } from './ga4.ts';
import { jitsu } from './jitsu.ts';
import { matomo } from './matomo.ts';
import { mixpanel } from './mixpanel.ts';
import { openpanel } from './openpanel.ts';
import { plausible } from './plausible.ts';
import { posthog } from './posthog.ts';
import { rudderstack } from './rudderstack.ts';
import { segment } from './segment.ts';
import { sensors } from './sensors.ts';
import { thinkingdata } from './thinkingdata.ts';
import { umami } from './umami.ts';

/** Every protocol that the gateway speaks. Where two share a path at the root, the first that claims a request has it. */
export const dialects: readonly Dialect[] = [
  rudderstack,
  segment,
  mixpanel,
  posthog,
  amplitude,
  sensors,
  ga4,
  umami,
  plausible,
  openpanel,
  countly,
  jitsu,
  matomo,
  thinkingdata,
];
