import { WarningOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { exitsOf, type Fault, type JourneyDefinition, type JourneyNode } from '../contract.ts';
import { AddMenu } from './AddMenu.tsx';
import { kindIcons } from './canvas-nodes.tsx';
import type { Exit, NodeKind } from './edit-graph.ts';
import styles from './forms.module.css';
import { TRIGGER } from './layout.ts';
import { type StepText, useStepText } from './use-step-text.ts';

interface StepListProps {
  definition: JourneyDefinition;
  faults?: readonly Fault[];
  onOpen(id: string): void;
  onAdd?: ((at: Exit, kind: NodeKind) => void) | undefined;
  note?: (id: string) => ReactNode;
}

/** The journey as an indented list, for narrow pages. A step that several ways lead to is written out once. */
export function StepList(props: StepListProps) {
  const { t } = useTranslation('journeys');
  const text = useStepText();
  const { definition, faults = [] } = props;
  const isTriggerWrong = faults.some((fault) => fault.node === null && fault.reason !== 'no_goal');
  const pages: Writing = { ...props, faults, text, exitName: (name) => t(`exits.${name}`), written: new Set() };
  const first = writeWay(pages, { from: null, name: 'next' }, definition.start);
  const lost = definition.nodes.filter((node) => !pages.written.has(node.id));
  return (
    <div className={styles['steps']}>
      <Card
        id={TRIGGER}
        kind="trigger"
        title={t('trigger.title')}
        summary={text.trigger(definition.trigger)}
        isWrong={isTriggerWrong}
        note={props.note?.(TRIGGER)}
        onOpen={props.onOpen}
      />
      <ol className={styles['straight']}>{first}</ol>
      {lost.map((node) => (
        <StepCard key={node.id} pages={pages} node={node} isAgain={false} />
      ))}
    </div>
  );
}

interface Writing extends StepListProps {
  faults: readonly Fault[];
  text: StepText;
  exitName(name: string): string;
  written: Set<string>;
}

/** A way out and everything behind it that has not been written yet. */
function writeWay(pages: Writing, at: Exit, target: string | null): ReactNode {
  const node = pages.definition.nodes.find((one) => one.id === target);
  const isAgain = node !== undefined && pages.written.has(node.id);
  if (node) pages.written.add(node.id);
  const ways = node && !isAgain ? exitsOf(node).map(([name, next]) => writeWay(pages, { from: node.id, name }, next)) : [];
  return (
    <li key={`${at.from ?? ''}-${at.name}`}>
      {at.from === null || at.name === 'next' ? null : <span className="quiet small">{pages.exitName(at.name)}</span>}
      {pages.onAdd ? <AddMenu at={at} onAdd={pages.onAdd} isWide /> : null}
      {node ? <StepCard pages={pages} node={node} isAgain={isAgain} /> : null}
      {ways.length > 0 ? <ol className={ways.length > 1 ? styles['split'] : styles['straight']}>{ways}</ol> : null}
    </li>
  );
}

function StepCard({ pages, node, isAgain }: { pages: Writing; node: JourneyNode; isAgain: boolean }) {
  return (
    <Card
      id={node.id}
      kind={node.kind}
      title={`${isAgain ? '↪ ' : ''}${pages.text.name(node)}`}
      summary={pages.text.summary(node)}
      isWrong={!isAgain && pages.faults.some((fault) => fault.node === node.id)}
      note={isAgain ? undefined : pages.note?.(node.id)}
      onOpen={pages.onOpen}
    />
  );
}

interface CardProps {
  id: string;
  kind: JourneyNode['kind'] | 'trigger';
  title: string;
  summary: string;
  isWrong: boolean;
  note?: ReactNode;
  onOpen(id: string): void;
}

function Card({ id, kind, title, summary, isWrong, note, onOpen }: CardProps) {
  const Icon = kindIcons[kind];
  return (
    <button type="button" className={styles['card']} data-wrong={isWrong} onClick={() => onOpen(id)}>
      <Icon /> <b>{title}</b> {isWrong ? <WarningOutlined /> : null}
      {summary ? <div className="quiet small">{summary}</div> : null}
      {note ? <div className="small">{note}</div> : null}
    </button>
  );
}
