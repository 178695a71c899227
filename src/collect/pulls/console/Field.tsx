import type { ReactNode } from 'react';
import styles from './Pulls.module.css';

/** A control with its label above and a word of help below. */
export function Field({ label, help, children }: { label: string; help?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={styles['field']}>
      <span className={styles['label']}>{label}</span>
      {children}
      {help ? <span className={styles['label']}>{help}</span> : null}
    </label>
  );
}
