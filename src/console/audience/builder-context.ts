import { createContext, useContext } from 'react';
import type { Condition } from '../../know/audiences/contract.ts';
import type { Issue } from './issues.ts';
import type { Path, Way } from './tree.ts';

/** A fault at a place, in the reader's words. */
export interface Fault {
  path: Path;
  message: string;
}

/** What every part of the builder can do and know. */
export interface Builder {
  root: Condition;
  issues: readonly Issue[];
  /** What the server found, with paths as `conditions.0.window`. */
  faults: readonly Fault[];
  /** True: everything that is missing is said, also where the reader has not been yet. */
  isRevealed: boolean;
  /** Puts another condition at a place. `field` names what is being typed, so that typing is one step back. */
  edit(path: Path, next: Condition, field?: string): void;
  add(group: Path, condition: Condition): void;
  remove(path: Path): void;
  duplicate(path: Path): void;
  negate(path: Path): void;
  group(path: Path): void;
  ungroup(path: Path): void;
  move(path: Path, way: Way): void;
}

export const BuilderContext = createContext<Builder | undefined>(undefined);

/** The builder around. */
export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (!builder) throw new Error('useBuilder stands outside an AudienceBuilder');
  return builder;
}

/** Whether the reader has been in this row, so that what is missing in it may be said. */
export const RowContext = createContext({ isTouched: false });
