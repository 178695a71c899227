import { Button, Progress } from 'antd';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from './use-format.ts';

interface TaskProgressProps {
  title: ReactNode;
  done: number;
  /** Undefined while nobody knows. */
  total: number | undefined;
  /** When the work began, ms; with it the remaining time is told. */
  startedAt?: number;
  state?: 'running' | 'done' | 'failed';
  onCancel?: () => void;
}

/** Long work: count, share, remaining time, and a way to end it where that is safe. */
export function TaskProgress({ title, done, total, startedAt, state = 'running', onCancel }: TaskProgressProps) {
  const { t } = useTranslation('console');
  const format = useFormat();
  const firstSeen = useRef(Date.now());
  const elapsedMs = Date.now() - (startedAt ?? firstSeen.current);
  const share = total ? Math.min(1, done / total) : undefined;
  const remainingMs = share && share > 0.02 && share < 1 ? (elapsedMs / share) * (1 - share) : undefined;
  const count = total === undefined ? format.number(done) : t('task.count', { done: format.number(done), total: format.number(total) });
  const status = state === 'failed' ? 'exception' : state === 'done' ? 'success' : 'active';
  return (
    <div>
      <div style={{ display: 'flex', justifyContent: 'space-between', gap: 12 }}>
        <span>{title}</span>
        {onCancel && state === 'running' ? (
          <Button size="small" type="text" onClick={onCancel}>
            {t('cancel')}
          </Button>
        ) : null}
      </div>
      <Progress
        percent={Math.floor((share ?? 0) * 100)}
        status={status}
        size="small"
        showInfo={share !== undefined}
        aria-label={typeof title === 'string' ? title : count}
      />
      <div className="small quiet">
        {count}
        {state === 'running' && remainingMs !== undefined ? ` · ${t('task.remaining', { time: format.duration(remainingMs) })}` : null}
      </div>
    </div>
  );
}
