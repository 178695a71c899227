import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  ExclamationCircleOutlined,
  InfoCircleOutlined,
  MinusCircleOutlined,
  StopOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import styles from './StatusMark.module.css';

/** The meaning, never colour alone: each has its icon and the word beside it. */
export type Meaning = 'success' | 'warning' | 'danger' | 'info' | 'neutral' | 'waiting';

const icons = {
  success: CheckCircleOutlined,
  warning: ExclamationCircleOutlined,
  danger: StopOutlined,
  info: InfoCircleOutlined,
  neutral: MinusCircleOutlined,
  waiting: ClockCircleOutlined,
};

/** A state in one word. */
export function StatusMark({ meaning, children }: { meaning: Meaning; children: ReactNode }) {
  const Icon = icons[meaning];
  return (
    <span className={`${styles['status']} ${styles[meaning]}`}>
      <Icon aria-hidden="true" />
      {children}
    </span>
  );
}

/** A dot that breathes while something is live. */
export function LiveDot({ isLive }: { isLive: boolean }) {
  return <span className={`${styles['dot']} ${isLive ? styles['live'] : ''}`} aria-hidden="true" />;
}
