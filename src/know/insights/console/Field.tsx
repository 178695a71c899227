import { type ReactNode, useId } from 'react';
import styles from './QuestionFrame.module.css';

/** A label above its control. The control gets the id by which the label names it. */
export function Field({ label, children }: { label: string; children(id: string): ReactNode }) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <label className={styles['label']} htmlFor={id}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}
