import { useTranslation } from 'react-i18next';
import type { Window } from '../../know/audiences/contract.ts';
import { useProject } from '../kit/use-project.ts';
import styles from './AudienceBuilder.module.css';
import { NumberField } from './NumberField.tsx';
import { PlainSelect } from './PlainSelect.tsx';
import { windowOfKind } from './starts.ts';
import { DaySpan } from './TestFields.tsx';
import { below, type Path } from './tree.ts';

interface WindowFieldsProps {
  path: Path;
  window: Window;
  onChange(window: Window, part?: string): void;
}

const kinds = ['last', 'days', 'between', 'ever'] as const;
const units = ['minutes', 'hours', 'days'] as const;

/** Which events count: ever, rolling, calendar days, or between two days of the project. */
export function WindowFields({ path, window, onChange }: WindowFieldsProps) {
  const { t } = useTranslation('audiences');
  const { timeZone } = useProject();
  const today = () => new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date());
  return (
    <div className={styles['unit']}>
      <PlainSelect
        path={below(path, 'kind')}
        label={t('builder.fields.window')}
        value={window.kind}
        options={kinds.map((kind) => ({ value: kind, label: t(`builder.windows.${kind}`) }))}
        onChange={(kind) => onChange(windowOfKind(kind, window, today()))}
      />
      {window.kind === 'last' ? (
        <>
          <NumberField
            path={below(path, 'amount')}
            label={t('builder.fields.amount')}
            value={window.amount}
            onChange={(amount) => onChange({ ...window, amount }, 'window')}
            isWhole
          />
          <PlainSelect
            path={below(path, 'unit')}
            label={t('builder.fields.unit')}
            value={window.unit}
            options={units.map((unit) => ({ value: unit, label: t(`builder.units.${unit}`) }))}
            onChange={(unit) => onChange({ ...window, unit })}
          />
        </>
      ) : null}
      {window.kind === 'days' ? (
        <>
          <NumberField
            path={below(path, 'count')}
            label={t('builder.fields.days')}
            value={window.count}
            onChange={(count) => onChange({ ...window, count }, 'window')}
            isWhole
          />
          <span className={styles['word']}>{t('builder.calendarDays')}</span>
        </>
      ) : null}
      {window.kind === 'between' ? (
        <DaySpan path={path} span={window} onChange={(span, part) => onChange({ kind: 'between', ...span }, part)} />
      ) : null}
    </div>
  );
}
