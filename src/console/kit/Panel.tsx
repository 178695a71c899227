import { type CSSProperties, type ReactNode, useId } from 'react';
import styles from './Panel.module.css';

interface PanelProps {
  title?: ReactNode;
  /** At the right of the title: a link, a switch, a small button. */
  extra?: ReactNode;
  /** One line under the title. */
  note?: ReactNode;
  /** Columns of twelve; the whole width unless given. */
  span?: number;
  /** True: no padding, for tables and lists that reach the edge. */
  isFlush?: boolean;
  children: ReactNode;
}

/** A surface on the page with a hairline around it. */
export function Panel({ title, extra, note, span, isFlush = false, children }: PanelProps) {
  const headingId = useId();
  const place: CSSProperties = span ? ({ '--span': `span ${span}` } as CSSProperties) : {};
  return (
    <section className={styles['panel']} style={place} {...(title ? { 'aria-labelledby': headingId } : {})}>
      {title || extra ? (
        <header className={styles['head']}>
          <div>
            {title ? (
              <h2 className={styles['title']} id={headingId}>
                {title}
              </h2>
            ) : null}
            {note ? <p className={styles['note']}>{note}</p> : null}
          </div>
          {extra ? <div className={styles['extra']}>{extra}</div> : null}
        </header>
      ) : null}
      <div className={isFlush ? styles['flush'] : styles['content']}>{children}</div>
    </section>
  );
}
