import type { ReactNode } from 'react';
import styles from './QuestionFrame.module.css';

/** A number that opens the people behind it; zero opens nothing. */
export function NumberButton({ value, label, onOpen, children }: { value: number | null; label: string; onOpen(): void; children: ReactNode }) {
  if (!value) return children;
  return (
    <button type="button" className={styles['number']} aria-label={label} onClick={onOpen}>
      {children}
    </button>
  );
}
