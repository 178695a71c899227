import { type CSSProperties, type ReactNode, useContext, useId } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './AudienceBuilder.module.css';
import { RowContext, useBuilder } from './builder-context.ts';
import { isWithin } from './issues.ts';
import type { Path } from './tree.ts';

/** What a control must be given to be named and marked. */
export interface ControlMarks {
  'aria-label': string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
  status: '' | 'error';
}

interface BuilderFieldProps {
  /** Where the value stands; faults at it or below it are said here. */
  path: Path;
  label: string;
  /** Width that the control would like, px. */
  widthPx: number;
  /** True: takes what room there is. */
  grows?: boolean;
  /** True: takes the whole line when it needs to. */
  isLong?: boolean;
  children(marks: ControlMarks): ReactNode;
}

/** A control in a row, its fault below it. */
export function BuilderField({ path, label, widthPx, grows = false, isLong = false, children }: BuilderFieldProps) {
  const id = useId();
  const fault = useFault(path);
  const style = { '--wide': `${widthPx}px`, ...(isLong && { '--most': 'none' }) } as CSSProperties;
  return (
    <div className={`${styles['field']} ${grows ? styles['grows'] : ''}`} style={style}>
      {children({
        'aria-label': label,
        'aria-invalid': fault !== undefined,
        'aria-describedby': fault === undefined ? undefined : id,
        status: fault === undefined ? '' : 'error',
      })}
      {fault === undefined ? null : (
        <p id={id} className={styles['fault']}>
          {fault}
        </p>
      )}
    </div>
  );
}

/** What is wrong at a place, in words; undefined while all is well or the reader has not been there. */
function useFault(path: Path): string | undefined {
  const { t } = useTranslation('audiences');
  const { issues, faults, isRevealed } = useBuilder();
  const { isTouched } = useContext(RowContext);
  const issue = isTouched || isRevealed ? issues.find((one) => isWithin(one.path, path)) : undefined;
  if (issue) return t(`builder.issues.${issue.key}`, issue.values ?? {});
  return faults.find((one) => isWithin(one.path, path))?.message;
}
