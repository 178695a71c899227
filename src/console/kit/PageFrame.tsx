import { type ReactNode, useEffect } from 'react';
import styles from './PageFrame.module.css';

interface PageFrameProps {
  /** The page's name, as in the navigation, or the thing's name. */
  title: ReactNode;
  /** For the browser's tab when `title` is not a text. */
  documentTitle?: string;
  /** What the page is for, in one sentence. */
  purpose?: ReactNode;
  /** The primary action, at the right; further buttons before it. */
  action?: ReactNode;
  /** Between title line and content: tabs, a period, a state. */
  below?: ReactNode;
  children: ReactNode;
}

/** A page: title line and content on a 12-column grid. A child takes the whole width, or what its `--span` says (`Panel` has `span`). */
export function PageFrame({ title, documentTitle, purpose, action, below, children }: PageFrameProps) {
  const name = documentTitle ?? (typeof title === 'string' ? title : undefined);
  useEffect(() => {
    if (name) document.title = `${name} · Perennial 常青`;
  }, [name]);
  return (
    <div className={styles['page']}>
      <header className={styles['head']}>
        <div className={styles['words']}>
          <h1 className={styles['title']}>{title}</h1>
          {purpose ? <p className={styles['purpose']}>{purpose}</p> : null}
        </div>
        {action ? <div className={styles['action']}>{action}</div> : null}
      </header>
      {below ? <div className={styles['below']}>{below}</div> : null}
      <div className={styles['grid']}>{children}</div>
    </div>
  );
}
