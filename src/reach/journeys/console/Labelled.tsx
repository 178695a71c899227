import { type ReactNode, useId } from 'react';
import styles from './forms.module.css';

/** A label above its control and help below; the control gets the id by which the label names it. */
export function Labelled({ label, help, fault, children }: { label: string; help?: ReactNode; fault?: ReactNode; children(id: string): ReactNode }) {
  const id = useId();
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {fault ? (
        <p className={styles['fault']} role="alert">
          {fault}
        </p>
      ) : null}
      {help ? <p className="quiet small">{help}</p> : null}
    </div>
  );
}
