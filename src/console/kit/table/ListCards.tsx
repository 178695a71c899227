import type { ReactNode } from 'react';
import { ProjectLink } from '../ProjectLink.tsx';
import type { Column } from './columns.ts';
import styles from './QueryTable.module.css';

interface ListCardsProps<Row> {
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  href?: ((row: Row) => string) | undefined;
  onOpen?: ((row: Row) => void) | undefined;
}

/** A list at a phone's width: each row a card, its first column the heading. */
export function ListCards<Row>({ rows, columns, rowKey, href, onOpen }: ListCardsProps<Row>) {
  const [first, ...rest] = columns;
  if (!first) return null;
  const heading = (row: Row): ReactNode => {
    if (href) return <ProjectLink to={href(row)}>{first.render(row)}</ProjectLink>;
    if (!onOpen) return first.render(row);
    return (
      <button type="button" className={styles['open']} onClick={() => onOpen(row)}>
        {first.render(row)}
      </button>
    );
  };
  return (
    <ul>
      {rows.map((row) => (
        <li key={rowKey(row)} className={styles['card']}>
          <div className={styles['cardTitle']}>{heading(row)}</div>
          <dl>
            {rest.map((column) => (
              <div key={column.key}>
                <dt className={column.isTitleHidden ? 'visually-hidden' : undefined}>{column.title}</dt>
                <dd>{column.render(row)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
