import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Condition } from '../../know/audiences/contract.ts';
import type { Builder } from './builder-context.ts';
import { duplicateAt, groupAt, idOf, insertAt, move, negate, nodeAt, type Path, parentOf, removeAt, replaceAt, ungroupAt } from './tree.ts';
import type { TreeHistory } from './use-tree-history.ts';

/** Where the keyboard should be after the next drawing: in the first field of a row, on its menu, or on the way to add to a group. */
type Target = { row: number; part: 'field' | 'menu' } | { add: Path };

/** What can be done to the tree, and the keyboard's place afterwards. */
export function useBuilderActs(history: TreeHistory): {
  builder: Omit<Builder, 'issues' | 'faults' | 'isRevealed'>;
  box: RefObject<HTMLDivElement | null>;
  /** Key of what was done last, for readers who do not see it. */
  said: string | undefined;
  /** Keeps the keyboard inside when the field that had it goes away. */
  keepFocus(): void;
} {
  const box = useRef<HTMLDivElement>(null);
  const target = useRef<Target>(undefined);
  const [said, setSaid] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the target is set by an act, and each act draws a new tree
  useEffect(() => {
    const wanted = target.current;
    target.current = undefined;
    if (wanted) focusOn(box.current, wanted);
  }, [history.current]);
  const root = history.current;
  const act = (next: Condition | undefined, say: string, then?: Target) => {
    if (!next) return;
    target.current = then;
    setSaid(`builder.done.${say}`);
    history.change(next);
  };
  return {
    box,
    said,
    keepFocus: () => {
      setTimeout(() => {
        if (!box.current?.contains(document.activeElement)) box.current?.focus({ preventScroll: true });
      }, MENU_CLOSES_MS);
    },
    builder: {
      root,
      edit: (path, next, field) =>
        history.change(
          replaceAt(root, path, () => next),
          field === undefined ? '' : `${path}:${field}`,
        ),
      add: (group, condition) => act(insertAt(root, group, condition), 'added', { row: idOf(condition), part: 'field' }),
      remove: (path) => act(removeAt(root, path), 'removed', { add: parentOf(path)?.group ?? '' }),
      duplicate: (path) => act(duplicateAt(root, path), 'duplicated'),
      negate: (path) => act(replaceAt(root, path, negate), 'negated'),
      group: (path) => act(groupAt(root, path), 'grouped'),
      ungroup: (path) => act(ungroupAt(root, path), 'ungrouped'),
      move: (path, way) => {
        const node = nodeAt(root, path);
        if (node) act(move(root, path, way), 'moved', { row: idOf(node), part: 'menu' });
      },
    },
  };
}

/** Menus give the focus back to their button when they close, so this comes a moment later. */
const MENU_CLOSES_MS = 60;

function focusOn(box: HTMLElement | null, target: Target): void {
  const place = 'add' in target ? `[data-add="${target.add}"]` : `[data-node="${target.row}"]`;
  const inside = 'add' in target ? 'button' : target.part === 'menu' ? '[data-more]' : 'input, button';
  setTimeout(() => {
    const row = box?.querySelector<HTMLElement>(place);
    row?.querySelector<HTMLElement>(inside)?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  }, MENU_CLOSES_MS);
}
