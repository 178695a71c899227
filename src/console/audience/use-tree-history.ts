import { useRef } from 'react';
import type { Condition } from '../../know/audiences/contract.ts';
import { asRoot } from './tree.ts';

/** Steps that can be taken back. */
const STEPS_MAX = 200;
/** Edits of one field within this time are one step. */
const TYPING_PAUSE_MS = 1_000;

interface Kept {
  current: Condition;
  past: Condition[];
  future: Condition[];
  /** The value that the owner gave last, as text: another one begins anew. */
  given: string;
  lastEdit: { field: string; at: number };
}

/** The tree under edit with its history. */
export interface TreeHistory {
  current: Condition;
  canUndo: boolean;
  canRedo: boolean;
  /** Makes a step. Edits of the same `field` in short order are one step; '' is always its own. */
  change(next: Condition, field?: string): void;
  undo(): void;
  redo(): void;
}

/**
 * Keeps the tree as the builder changed it, so that conditions keep their identity when the owner gives back an equal value (from the URL, from a draft).
 * A different value from outside replaces the tree and forgets the steps.
 */
export function useTreeHistory(value: Condition, onChange: (value: Condition) => void): TreeHistory {
  const box = useRef<Kept>(undefined);
  const given = JSON.stringify(value);
  if (!box.current || (box.current.given !== given && given !== JSON.stringify(box.current.current))) {
    box.current = { current: asRoot(value), past: [], future: [], given, lastEdit: { field: '', at: 0 } };
  }
  box.current.given = given;
  const kept = box.current;
  const show = (next: Condition) => {
    kept.current = next;
    onChange(next);
  };
  return {
    current: kept.current,
    canUndo: kept.past.length > 0,
    canRedo: kept.future.length > 0,
    change(next, field = '') {
      if (next === kept.current) return;
      const at = Date.now();
      const isGoingOn = field !== '' && field === kept.lastEdit.field && at - kept.lastEdit.at < TYPING_PAUSE_MS;
      if (!isGoingOn) kept.past = [...kept.past, kept.current].slice(-STEPS_MAX);
      kept.future = [];
      kept.lastEdit = { field, at };
      show(next);
    },
    undo() {
      const before = kept.past.at(-1);
      if (!before) return;
      kept.past = kept.past.slice(0, -1);
      kept.future = [...kept.future, kept.current];
      kept.lastEdit = { field: '', at: 0 };
      show(before);
    },
    redo() {
      const next = kept.future.at(-1);
      if (!next) return;
      kept.future = kept.future.slice(0, -1);
      kept.past = [...kept.past, kept.current];
      kept.lastEdit = { field: '', at: 0 };
      show(next);
    },
  };
}
