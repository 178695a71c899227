import type { ReactNode } from 'react';
import styles from './LinkRows.module.css';
import { ProjectLink } from './ProjectLink.tsx';

/** A thing with its one figure. */
export interface LinkRow {
  key: string | number;
  name: ReactNode;
  /** Below the project. */
  to: string;
  /** At the right: a number, a time, a state. */
  value?: ReactNode;
  note?: ReactNode;
}

/** A short list of links with a figure each, for cards. */
export function LinkRows({ rows }: { rows: readonly LinkRow[] }) {
  return (
    <ul className={styles['rows']}>
      {rows.map((row) => (
        <li key={row.key}>
          <div className={styles['words']}>
            <ProjectLink to={row.to} className={styles['name'] ?? ''}>
              {row.name}
            </ProjectLink>
            {row.note ? <div className={styles['note']}>{row.note}</div> : null}
          </div>
          {row.value === undefined ? null : <div className={styles['value']}>{row.value}</div>}
        </li>
      ))}
    </ul>
  );
}
