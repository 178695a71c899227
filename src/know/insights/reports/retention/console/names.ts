import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { bucketName } from '../../../console/names.ts';
import type { RetentionAnswer, RetentionCohort } from '../answer.ts';
import type { RetentionQuestion } from '../question.ts';

/** How columns and cohorts are called. */
export function useRetentionNames(
  { interval }: RetentionQuestion,
  { columns }: RetentionAnswer,
): { columnName(column: number): string; cohortName(cohort: RetentionCohort): string } {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const columnName = useCallback(
    (column: number) => {
      const span = columns[column];
      const [first, last] = [span?.first ?? 0, span?.last ?? 0];
      return t(`offsetNames.${interval}`, { offset: first === last ? String(first) : `${first}–${last}` });
    },
    [columns, interval, t],
  );
  const cohortName = useCallback(
    (cohort: RetentionCohort) => bucketName({ start: cohort.start, label: cohort.label, complete: true }, interval, format),
    [interval, format],
  );
  return { columnName, cohortName };
}
