import type { PresetName } from '../mapping/mapping.ts';
import type { Row } from '../mapping/row-reader.ts';
import { amplitude } from './amplitude.ts';
import { ga4 } from './ga4.ts';
import { mixpanel, mixpanelPeople } from './mixpanel.ts';
import { posthog } from './posthog.ts';
import type { Preset } from './preset.ts';
import { segment } from './segment.ts';

export const presets: Readonly<Record<PresetName, Preset>> = { segment, mixpanel, mixpanel_people: mixpanelPeople, amplitude, posthog, ga4 };

/** The product whose files look like these rows, when nearly all of them do. */
export function recognisePreset(rows: readonly Row[]): PresetName | undefined {
  if (rows.length === 0) return undefined;
  for (const [name, preset] of Object.entries(presets) as [PresetName, Preset][])
    if (rows.filter((row) => preset.recognises(row)).length >= rows.length * 0.9) return name;
  return undefined;
}
