import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './CopyText.tsx';
import styles from './JsonView.module.css';

/** Entries of one object or list shown before "more". */
const SHOWN_MAX = 100;

/** A value as JSON that opens and closes, with types told by colour and quotes. */
export function JsonView({ value, openLevels = 2 }: { value: unknown; openLevels?: number }) {
  return (
    <div className={styles['view']}>
      <div className={styles['corner']}>
        <CopyButton text={JSON.stringify(value, null, 2) ?? ''} />
      </div>
      <Node value={value} openLevels={openLevels} />
    </div>
  );
}

interface NodeProps {
  name?: string;
  value: unknown;
  openLevels: number;
}

function Node({ name, value, openLevels }: NodeProps) {
  const [isOpen, setOpen] = useState(openLevels > 0);
  if (typeof value !== 'object' || value === null) return <Leaf name={name} value={value} />;
  const isList = Array.isArray(value);
  const entries = Object.entries(value);
  const brackets = isList ? '[]' : '{}';
  if (entries.length === 0) return <Leaf name={name} shown={brackets} />;
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {name === undefined ? null : <Name name={name} />}
        <span className={styles['mark']}>{isOpen ? brackets[0] : `${brackets[0]} ${entries.length} ${brackets[1]}`}</span>
      </summary>
      {isOpen ? <Entries entries={entries} isList={isList} openLevels={openLevels - 1} /> : null}
      {isOpen ? <span className={styles['mark']}>{brackets[1]}</span> : null}
    </details>
  );
}

function Entries({ entries, isList, openLevels }: { entries: [string, unknown][]; isList: boolean; openLevels: number }) {
  const { t } = useTranslation('console');
  const [shown, setShown] = useState(SHOWN_MAX);
  return (
    <div className={styles['inside']}>
      {entries.slice(0, shown).map(([key, one]) => (
        <Node key={key} {...(isList ? {} : { name: key })} value={one} openLevels={openLevels} />
      ))}
      {entries.length > shown ? (
        <button type="button" className={styles['more']} onClick={() => setShown(shown + SHOWN_MAX)}>
          {t('list.more')}
        </button>
      ) : null}
    </div>
  );
}

function Leaf({ name, value, shown }: { name: string | undefined; value?: unknown; shown?: string }) {
  const kind = value === null ? 'null' : typeof value;
  return (
    <div className={styles['leaf']}>
      {name === undefined ? null : <Name name={name} />}
      <span className={styles[kind]}>{shown ?? JSON.stringify(value)}</span>
    </div>
  );
}

function Name({ name }: { name: string }) {
  return (
    <>
      <span className={styles['name']}>{name}</span>
      <span className={styles['mark']}>: </span>
    </>
  );
}
