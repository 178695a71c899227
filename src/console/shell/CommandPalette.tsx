import { EnterOutlined, SearchOutlined } from '@ant-design/icons';
import { Modal } from 'antd';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGo } from '../kit/use-go.ts';
import styles from './CommandPalette.module.css';
import { type PaletteItem, usePaletteItems } from './palette-items.ts';

/** Ctrl/⌘ K: go to, find, create, all by keyboard. */
export function CommandPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('console');
  return (
    <Modal
      open={isOpen}
      onCancel={onClose}
      footer={null}
      closable={false}
      width={560}
      destroyOnHidden
      style={{ top: '14vh' }}
      title={t('palette.title')}
      styles={{ container: { padding: 0, overflow: 'hidden' }, header: { display: 'none' } }}
    >
      {isOpen ? <Palette onClose={onClose} /> : null}
    </Modal>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('console');
  const go = useGo();
  const listId = useId();
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [marked, setMarked] = useState(0);
  const { items, isSearching } = usePaletteItems(useDeferredValue(text), true);
  useEffect(() => box.current?.focus(), []);
  const at = Math.min(marked, items.length - 1);
  const open = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    go(item.path);
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setMarked(Math.max(0, Math.min(at + step, items.length - 1)));
    else if (event.key === 'Enter') open(items[at]);
    else return;
    event.preventDefault();
  };
  const type = (next: string) => {
    setText(next);
    setMarked(0);
  };
  return (
    <search aria-label={t('palette.title')}>
      <div className={styles['line']}>
        <SearchOutlined aria-hidden="true" />
        <input
          ref={box}
          className={styles['box']}
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={items[at] ? `${listId}-${at}` : undefined}
          aria-label={t('palette.placeholder')}
          placeholder={t('palette.placeholder')}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={press}
          autoComplete="off"
          spellCheck={false}
        />
        {isSearching ? <span className="small quiet">{t('palette.searching')}</span> : null}
      </div>
      <PaletteList id={listId} items={items} at={at} text={isSearching ? undefined : text} onOpen={open} />
      <Hints />
    </search>
  );
}

interface PaletteListProps {
  id: string;
  items: readonly PaletteItem[];
  /** Which one is marked. */
  at: number;
  /** What was looked for; undefined while the search goes on. */
  text: string | undefined;
  onOpen: (item: PaletteItem) => void;
}

function PaletteList({ id, items, at, text, onOpen }: PaletteListProps) {
  const { t } = useTranslation('console');
  const headingAt = (index: number) => (items[index - 1]?.group === items[index]?.group ? undefined : items[index]?.group);
  return (
    <div id={id} role="listbox" aria-label={t('palette.title')} className={styles['list']}>
      {items.map((item, index) => (
        <PaletteLine
          key={item.key}
          id={`${id}-${index}`}
          item={item}
          heading={headingAt(index)}
          isMarked={index === at}
          onOpen={() => onOpen(item)}
        />
      ))}
      {items.length === 0 && text !== undefined ? <p className={styles['nothing']}>{t('palette.nothing', { text })}</p> : null}
    </div>
  );
}

function Hints() {
  const { t } = useTranslation('console');
  return (
    <div className={styles['hints']} aria-hidden="true">
      <kbd>↑↓</kbd> {t('palette.hintMove')} <kbd>↵</kbd> {t('palette.hintOpen')} <kbd>esc</kbd> {t('palette.hintClose')}
    </div>
  );
}

interface PaletteLineProps {
  id: string;
  item: PaletteItem;
  heading: string | undefined;
  isMarked: boolean;
  onOpen: () => void;
}

function PaletteLine({ id, item, heading, isMarked, onOpen }: PaletteLineProps) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isMarked) line.current?.scrollIntoView({ block: 'nearest' });
  }, [isMarked]);
  return (
    <>
      {heading ? (
        <div className={styles['group']} role="presentation">
          {heading}
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the box above holds the focus and takes the keys */}
      <div ref={line} id={id} role="option" tabIndex={-1} aria-selected={isMarked} className={styles['item']} onClick={onOpen}>
        <span>{item.title}</span>
        {item.detail ? <span className={styles['detail']}>{item.detail}</span> : null}
        {isMarked ? <EnterOutlined aria-hidden="true" className={styles['enter']} /> : null}
      </div>
    </>
  );
}
