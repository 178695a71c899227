import type { ComponentType } from 'react';

/** The stages of the loop, in the order of the navigation; `settings` stands at the foot of the rail. */
export type Stage = 'home' | 'collect' | 'know' | 'try' | 'reward' | 'reach' | 'listen' | 'prove' | 'settings';

/** One screen of a slice. A slice's `console/index.tsx` exports `screens: ScreenDefinition[]`; the shell finds it by glob. */
export interface ScreenDefinition {
  /** Path below `/p/:projectId/`, e.g. `segments` or `segments/$segmentId`. */
  path: string;
  /** Loaded when first visited: `() => import('./SegmentList.tsx').then((m) => m.SegmentList)`. The component takes no props; it reads the URL. */
  load: () => Promise<ComponentType>;
  /** Present: the screen has an entry in the rail. */
  navigation?: {
    stage: Stage;
    /** Text key with its namespace, e.g. `segments:title`. */
    label: string;
    /** Outline icon of @ant-design/icons. */
    icon: ComponentType;
    /** Order inside the stage, small first. */
    order: number;
  };
  /** Permission needed to see it, e.g. `segments.read`. */
  permission?: string;
}
