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
  /** `workspace`: the path stands at the root instead of below a project (`account`, `projects`). `project` unless given. */
  scope?: 'project' | 'workspace';
}

/** Something to make or do, offered by the command palette. */
export interface CommandDefinition {
  /** Text key with its namespace: a verb, e.g. `segments:create`. */
  label: string;
  /** Where it happens, below `/p/:projectId/`, e.g. `segments/new`. */
  path: string;
  permission?: string;
}

/** A thing that the command palette found. */
export interface Finding {
  title: string;
  detail?: string;
  /** Below `/p/:projectId/`. */
  path: string;
}

/** Looks things up while somebody types into the command palette. */
export interface FinderDefinition {
  /** Heading of its findings, e.g. `people:title`. */
  label: string;
  permission?: string;
  find(input: { projectId: number; text: string; signal: AbortSignal }): Promise<Finding[]>;
}

/** A part of the project's home page: figures or a list, with links. The component takes no props. */
export interface HomeCardDefinition {
  key: string;
  order: number;
  /** Columns of twelve at full width; 4 unless given. */
  span?: 3 | 4 | 6 | 8 | 12;
  permission?: string;
  load: () => Promise<ComponentType>;
}

/** A step that a new team takes, in order; the home page shows which are done and what comes next. */
export interface FirstStepDefinition {
  key: string;
  order: number;
  /** Text keys with namespace. */
  title: string;
  purpose: string;
  /** Below `/p/:projectId/`. */
  path: string;
  permission?: string;
  isDone(input: { projectId: number; signal: AbortSignal }): Promise<boolean>;
}

/** What a slice's `console/index.tsx` may export; only `screens` is needed. */
export interface SliceConsole {
  screens: readonly ScreenDefinition[];
  commands?: readonly CommandDefinition[];
  finders?: readonly FinderDefinition[];
  homeCards?: readonly HomeCardDefinition[];
  firstSteps?: readonly FirstStepDefinition[];
}
