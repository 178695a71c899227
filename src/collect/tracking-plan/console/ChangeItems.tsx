import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JsonView } from '../../../console/kit/JsonView.tsx';
import { StatusMark } from '../../../console/kit/StatusMark.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { PlanChangeView } from '../contract.ts';
import styles from './Plan.module.css';

const SHOWN_MAX = 50;

/** What becomes of an entry: added, changed or removed. */
export function changeOf({ before, after }: PlanChangeView): 'added' | 'changed' | 'removed' {
  return before === null ? 'added' : after === null ? 'removed' : 'changed';
}

const meanings = { added: 'success', changed: 'info', removed: 'danger' } as const;

/** Changes of the plan, each with what it was before and after. */
export function ChangeItems({ changes }: { changes: readonly PlanChangeView[] }) {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  const [shown, setShown] = useState(SHOWN_MAX);
  const rest = changes.length - shown;
  return (
    <>
      <ul className={styles['list']}>
        {changes.slice(0, shown).map((change) => (
          <ChangeItem key={`${change.of}:${change.name}`} change={change} />
        ))}
      </ul>
      {rest > 0 ? (
        <Button type="text" size="small" onClick={() => setShown(changes.length)}>
          {t('changes.more', { number: format.number(rest) })}
        </Button>
      ) : null}
    </>
  );
}

function ChangeItem({ change }: { change: PlanChangeView }) {
  const { t } = useTranslation('tracking-plan');
  const [isOpen, setOpen] = useState(false);
  const how = changeOf(change);
  return (
    <li>
      <div>
        <StatusMark meaning={meanings[how]}>{t(`changes.${how}`)}</StatusMark> {t(`changes.of.${change.of}`)}{' '}
        {change.name ? <code>{change.name}</code> : null}
        {isOpen ? (
          <div className={styles['diff']}>
            <div>
              <div className="small quiet">{t('changes.before')}</div>
              {change.before === null ? '–' : <JsonView value={change.before} />}
            </div>
            <div>
              <div className="small quiet">{t('changes.after')}</div>
              {change.after === null ? '–' : <JsonView value={change.after} />}
            </div>
          </div>
        ) : null}
      </div>
      <Button type="text" size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t(isOpen ? 'changes.hide' : 'changes.show')}
      </Button>
    </li>
  );
}

/** "3 added, 1 changed", in words. */
export function useChangeSummary() {
  const { t } = useTranslation('tracking-plan');
  const format = useFormat();
  return (changes: readonly PlanChangeView[]): string => {
    const counts = Map.groupBy(changes, changeOf);
    const parts = (['added', 'changed', 'removed'] as const).flatMap((how) => {
      const count = counts.get(how)?.length ?? 0;
      return count > 0 ? [t(`changes.count.${how}`, { number: format.number(count) })] : [];
    });
    return parts.join(t('changes.and'));
  };
}
