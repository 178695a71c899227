import {
  BranchesOutlined,
  ClockCircleOutlined,
  HourglassOutlined,
  MailOutlined,
  StopOutlined,
  ThunderboltOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { type ComponentType, type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { NodeKind } from './edit-graph.ts';
import styles from './JourneyCanvas.module.css';

export interface StepCardData extends Record<string, unknown> {
  id: string;
  kind: NodeKind | 'trigger';
  title: string;
  summary: string;
  isWrong: boolean;
  isSelected: boolean;
  note: ReactNode;
  onOpen(id: string): void;
}

export const kindIcons: Record<NodeKind | 'trigger', ComponentType> = {
  trigger: ThunderboltOutlined,
  wait: ClockCircleOutlined,
  wait_until: HourglassOutlined,
  branch: BranchesOutlined,
  email: MailOutlined,
  exit: StopOutlined,
};

function StepCard({ data }: NodeProps<Node<StepCardData>>) {
  const { t } = useTranslation('journeys');
  const noteId = useId();
  const Icon = kindIcons[data.kind];
  return (
    <div className={styles['card']} data-kind={data.kind} data-wrong={data.isWrong} data-selected={data.isSelected}>
      {data.kind === 'trigger' ? null : <Handle type="target" position={Position.Top} className={styles['handle'] ?? ''} />}
      <button
        type="button"
        className={`${styles['open']} nopan`}
        aria-label={t('edit', { name: `${data.title} ${data.summary}` })}
        {...(data.note ? { 'aria-describedby': noteId } : {})}
        onClick={() => data.onOpen(data.id)}
      >
        <span className={styles['title']}>
          <Icon />
          {data.title}
          {data.isWrong ? <WarningOutlined className={styles['wrong'] ?? ''} /> : null}
        </span>
        {data.summary ? <span className={styles['summary']}>{data.summary}</span> : null}
        {data.note ? (
          <span id={noteId} className={styles['note']}>
            {data.note}
          </span>
        ) : null}
      </button>
      {data.kind === 'exit' ? null : <Handle type="source" position={Position.Bottom} className={styles['handle'] ?? ''} />}
    </div>
  );
}

/** Kept outside components: React Flow wants the same object each time. */
export const nodeTypes = { step: StepCard };
