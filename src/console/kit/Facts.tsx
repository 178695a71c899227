import type { ReactNode } from 'react';
import styles from './Facts.module.css';

/** Names and values of one thing, as a definition list. Undefined values show a dash. */
export function Facts({ items }: { items: readonly { name: ReactNode; value: ReactNode | undefined; key?: string }[] }) {
  return (
    <dl className={styles['facts']}>
      {items.map(({ name, value, key }, index) => (
        <div key={key ?? index} className={styles['fact']}>
          <dt>{name}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}
