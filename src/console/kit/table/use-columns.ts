import { useState } from 'react';
import type { Column } from './columns.ts';

/** Which columns the reader wants, kept in this browser under the list's id. */
export function useColumns<Row>(id: string, columns: readonly Column<Row>[]) {
  const name = `perennial.columns.${id}`;
  const [chosen, setChosen] = useState<Record<string, boolean>>(() => JSON.parse(localStorage.getItem(name) ?? '{}') as Record<string, boolean>);
  const visible = columns.filter((column, index) => index === 0 || (chosen[column.key] ?? column.isShown ?? true));
  const show = (key: string, isShown: boolean) => {
    const next = { ...chosen, [key]: isShown };
    setChosen(next);
    localStorage.setItem(name, JSON.stringify(next));
  };
  return { visible, shown: new Set(visible.map((column) => column.key)), show };
}
