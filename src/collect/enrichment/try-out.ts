import type { IncomingEvent } from '../stream/contract.ts';
import { cluesOf, touchOfClues } from './add-arrival.ts';
import { compileRules } from './channels/classify.ts';
import type { ChannelRule } from './contract.ts';
import { createEnricher, type EnricherTools } from './enricher.ts';
import type { Profile } from './profiles.ts';
import { Recent } from './recent.ts';

export interface TryOut {
  url: string;
  referrer: string;
  ip: string;
  userAgent: string;
  rules?: readonly ChannelRule[] | undefined;
}

export interface TriedOut {
  properties: Record<string, unknown>;
  channel: string | null;
  ruleIndex: number | null;
  source: string | null;
  medium: string | null;
}

/** What a page view with these clues would gain. Runs the same code as the door, but counts nothing and begins no session. */
export function tryOut(clues: TryOut, profile: Profile, tools: EnricherTools, now: number): TriedOut {
  const classify = clues.rules ? compileRules(clues.rules) : profile.classify;
  const tried: Profile = {
    ...profile,
    classify,
    channels: new Recent(1),
    protection: undefined,
    settings: { ...profile.settings, bots: 'mark', isPersonalSought: false, sessions: { ...profile.settings.sessions, isOn: false } },
  };
  const event: IncomingEvent = {
    messageId: 'try-out',
    kind: 'page',
    event: '$page',
    time: now,
    sequence: 0,
    properties: { ...(clues.url !== '' && { url: clues.url }), ...(clues.referrer !== '' && { referrer: clues.referrer }) },
    context: {
      library: { name: 'try-out' },
      ...(clues.userAgent !== '' && { userAgent: clues.userAgent }),
      ...(clues.ip !== '' && { ip: clues.ip }),
    },
  };
  createEnricher({ ...tools, quality: { count: () => {} } }, tried).apply(event, { ip: '', receivedAt: now });
  const found = cluesOf(event, tried.settings.ownHosts);
  const { url: _, referrer: __, ...properties } = event.properties;
  if (!found?.isArrival) return { properties, channel: null, ruleIndex: null, source: null, medium: null };
  const touch = touchOfClues(found);
  return { properties, ...classify(touch), source: touch.source, medium: touch.medium };
}
