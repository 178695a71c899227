import { WarningOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { exitsOf, type Fault, type JourneyDefinition, type JourneyNode } from '../contract.ts';
import { AddMenu } from './AddMenu.tsx';
import { kindIcons } from './canvas-nodes.tsx';
import type { Exit, NodeKind } from './edit-graph.ts';
import styles from './forms.module.css';
import { TRIGGER } from './layout.ts';
import { useStepText } from './use-step-text.ts';

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
  const byId = new Map(definition.nodes.map((node) => [node.id, node]));
  const written = new Set<string>();
  const way = (at: Exit, target: string | null): ReactNode => {
    const node = target === null ? undefined : byId.get(target);
    const isAgain = node !== undefined && written.has(node.id);
    if (node) written.add(node.id);
    const label = at.from === null || at.name === 'next' ? null : <span className="quiet small">{t(`exits.${at.name}`)}</span>;
    return (
      <li key={`${at.from ?? ''}-${at.name}`}>
        {label}
        {props.onAdd ? <AddMenu at={at} onAdd={props.onAdd} isWide /> : null}
        {node && isAgain ? <Card id={node.id} kind={node.kind} title={`↪ ${text.name(node)}`} summary={text.summary(node)} isWrong={false} onOpen={props.onOpen} /> : null}
        {node && !isAgain ? step(node) : null}
      </li>
    );
  };
  const step = (node: JourneyNode): ReactNode => {
    const exits = exitsOf(node);
    const card = (
      <Card
        id={node.id}
        kind={node.kind}
        title={text.name(node)}
        summary={text.summary(node)}
        isWrong={faults.some((fault) => fault.node === node.id)}
        note={props.note?.(node.id)}
        onOpen={props.onOpen}
      />
    );
    const ways = exits.map(([name, target]) => way({ from: node.id, name }, target));
    if (ways.length === 0) return card;
    return (
      <>
        {card}
        {exits.length > 1 ? <ol>{ways}</ol> : <ol style={{ margin: 0, padding: 0, border: 0 }}>{ways}</ol>}
      </>
    );
  };
  const isTriggerWrong = faults.some((fault) => fault.node === null && fault.reason !== 'no_goal');
  const first = way({ from: null, name: 'next' }, definition.start);
  const lost = definition.nodes.filter((node) => !written.has(node.id));
  return (
    <div className={styles['steps']}>
      <Card id={TRIGGER} kind="trigger" title={t('trigger.title')} summary={text.trigger(definition.trigger)} isWrong={isTriggerWrong} note={props.note?.(TRIGGER)} onOpen={props.onOpen} />
      <ol style={{ margin: 0, padding: 0, border: 0 }}>{first}</ol>
      {lost.map((node) => (
        <Card key={node.id} id={node.id} kind={node.kind} title={text.name(node)} summary={text.summary(node)} isWrong onOpen={props.onOpen} />
      ))}
    </div>
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
