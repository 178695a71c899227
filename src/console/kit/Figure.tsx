import type { ReactNode } from 'react';
import { Definition } from './Definition.tsx';
import styles from './Figure.module.css';
import { ProjectLink } from './ProjectLink.tsx';

interface FigureProps {
  label: ReactNode;
  /** Already written by `useFormat`; a dash when undefined. */
  value: ReactNode | undefined;
  /** The exact rule of the number, shown by the mark beside it. */
  definition?: ReactNode;
  /** Where the people or the rows behind the number are. */
  to?: string;
  /** A second line: a comparison, an interval, a share. */
  note?: ReactNode;
  isSmall?: boolean;
}

/** A number with its name and the mark that opens its rule. */
export function Figure({ label, value, definition, to, note, isSmall = false }: FigureProps) {
  const shown = value ?? '–';
  return (
    <div className={styles['figure']}>
      <div className={styles['label']}>
        <span>{label}</span>
        {definition ? <Definition>{definition}</Definition> : null}
      </div>
      <div className={isSmall ? styles['small'] : styles['value']}>
        {to && value !== undefined ? (
          <ProjectLink to={to} className={styles['link'] ?? ''}>
            {shown}
          </ProjectLink>
        ) : (
          shown
        )}
      </div>
      {note ? <div className={styles['note']}>{note}</div> : null}
    </div>
  );
}

/** Several figures side by side, divided by hairlines. */
export function Figures({ children }: { children: ReactNode }) {
  return <div className={styles['row']}>{children}</div>;
}
