import { IdcardOutlined, TeamOutlined, ThunderboltOutlined } from '@ant-design/icons';
import { Tag } from 'antd';
import { type FocusEvent, type KeyboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition, Leaf } from '../../know/audiences/contract.ts';
import styles from './AudienceBuilder.module.css';
import { RowContext, useBuilder } from './builder-context.ts';
import { EventFields } from './EventFields.tsx';
import { SegmentFields, TraitFields } from './LeafFields.tsx';
import { RowActions } from './RowActions.tsx';
import { filledEvent, idOf, type Path, unwrap } from './tree.ts';

const icons = { event: <ThunderboltOutlined />, trait: <IdcardOutlined />, segment: <TeamOutlined /> };

/** Faults that appear between pressing and letting go would move the button away from under the pointer. */
const CLICK_ENDS_MS = 300;

interface ConditionRowProps {
  condition: Condition;
  path: Path;
  /** The word between this row and the one above; undefined for the first. */
  connector: string | undefined;
  /** Levels of groups around the row. */
  depth: number;
  /** Draws a group that is inside. */
  renderGroup(condition: Condition, path: Path): ReactNode;
}

/** One condition of a group, or a group inside it. Alt with the arrows moves it. */
export function ConditionRow({ condition, path, connector, depth, renderGroup }: ConditionRowProps) {
  const { t } = useTranslation('audiences');
  const builder = useBuilder();
  const [isTouched, setTouched] = useState(false);
  const { inner, suffix, isNegated } = unwrap(condition);
  const innerPath = suffix === '' ? path : `${path}.${suffix}`;
  const leave = ({ relatedTarget, currentTarget }: FocusEvent<HTMLElement>) => {
    if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) setTimeout(() => setTouched(true), CLICK_ENDS_MS);
  };
  const press = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    event.stopPropagation();
    builder.move(path, event.key === 'ArrowUp' ? 'up' : 'down');
  };
  if (inner.kind === 'all' || inner.kind === 'any') {
    return (
      <li className={styles['row']} data-node={idOf(condition)} onKeyDown={press}>
        <Connector word={connector} />
        {renderGroup(condition, path)}
      </li>
    );
  }
  return (
    <li className={styles['row']} data-node={idOf(condition)} onBlur={leave} onKeyDown={press}>
      <Connector word={connector} />
      <div className={styles['leaf']}>
        <span className={styles['icon']} aria-hidden="true">
          {icons[(inner as Leaf).kind]}
        </span>
        {isNegated && inner.kind !== 'segment' ? <NotTag onRemove={() => builder.negate(path)} label={t('builder.not')} /> : null}
        <RowContext.Provider value={{ isTouched }}>
          <div className={styles['fields']}>
            <LeafEditor leaf={inner as Leaf} row={path} path={innerPath} isNegated={isNegated} />
          </div>
        </RowContext.Provider>
        <RowActions path={path} condition={condition} depth={depth} />
      </div>
    </li>
  );
}

/** Says that what follows is turned round. */
export function NotTag({ label, onRemove }: { label: string; onRemove(): void }) {
  const { t } = useTranslation('audiences');
  return (
    <Tag className={styles['not'] ?? ''} closable={{ 'aria-label': t('builder.acts.negate') }} onClose={onRemove}>
      {label}
    </Tag>
  );
}

function Connector({ word }: { word: string | undefined }) {
  return word === undefined ? null : <span className={styles['connector']}>{word}</span>;
}

interface LeafEditorProps {
  leaf: Leaf;
  row: Path;
  path: Path;
  isNegated: boolean;
}

function LeafEditor({ leaf, row, path, isNegated }: LeafEditorProps) {
  const { edit } = useBuilder();
  const change = (next: Leaf, part?: string) => edit(path, next, part);
  if (leaf.kind === 'event') return <EventFields path={path} condition={filledEvent(leaf)} onChange={change} />;
  if (leaf.kind === 'trait') return <TraitFields path={path} condition={leaf} onChange={change} />;
  return <SegmentFields row={row} path={path} condition={leaf} isNegated={isNegated} onChange={change} />;
}
