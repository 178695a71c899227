import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../console/kit/Panel.tsx';
import type { Column } from '../../../console/kit/table/columns.ts';
import { csvText, saveFile } from '../../../console/kit/table/export-csv.ts';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { RetentionAnswer, RetentionCell, RetentionQuestion } from '../contract.ts';
import styles from './QuestionFrame.module.css';
import { useOpenCell } from './use-question.ts';

type Cohort = RetentionAnswer['cohorts'][number];

interface CohortTableProps {
  question: RetentionQuestion;
  answer: RetentionAnswer;
}

/** A row a cohort, a column an interval after the start; each cell opens its people. */
export function CohortTable({ question, answer }: CohortTableProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const [, setOpen] = useOpenCell();
  const offsetName = (offset: number) => t(`offsetNames.${question.interval}`, { offset });
  const cohortName = (day: string) => (question.interval === 'month' ? day.slice(0, 7) : format.day(day));
  const open = (cohort: Cohort, offset: number | undefined) => {
    const day = cohortName(cohort.day);
    const title = offset === undefined ? t('cohortOf', { day }) : t('returnedIn', { day, offset: offsetName(offset) });
    const cell = { kind: 'retention' as const, cohort: cohort.day, outcome: 'returned' as const, ...(offset !== undefined && { offset }) };
    setOpen({ cell, asOf: answer.asOf, title });
  };
  return (
    <Panel title={t('cohorts')} note={t('cohortsNote')} extra={<ExportButton answer={answer} offsetName={offsetName} />}>
      <section className={styles['grid']} aria-label={t('cohorts')}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('cohort')}</th>
              <th scope="col">{t('people')}</th>
              {answer.mean.map((_, offset) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: an offset is known by its place
                <th key={offset} scope="col">
                  {offsetName(offset)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <MeanRow answer={answer} />
            {answer.cohorts.map((cohort) => (
              <CohortRow key={cohort.day} cohort={cohort} name={cohortName(cohort.day)} onOpen={(offset) => open(cohort, offset)} />
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

function MeanRow({ answer }: { answer: RetentionAnswer }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  return (
    <tr>
      <th scope="row">{t('mean')}</th>
      <td className={styles['plain']} />
      {answer.mean.map((rate, offset) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an offset is known by its place
        <td key={offset} className={styles['plain']}>
          {rate === null ? '' : format.percent(rate)}
        </td>
      ))}
    </tr>
  );
}

function CohortRow({ cohort, name, onOpen }: { cohort: Cohort; name: string; onOpen(offset: number | undefined): void }) {
  const format = useFormat();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <button type="button" className={styles['cell']} disabled={cohort.size === 0} onClick={() => onOpen(undefined)}>
          {format.number(cohort.size)}
        </button>
      </td>
      {cohort.cells.map((cell, offset) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an offset is known by its place
        <td key={offset}>{cell && cohort.size > 0 ? <CellButton cell={cell} onOpen={() => onOpen(offset)} /> : null}</td>
      ))}
    </tr>
  );
}

function ExportButton({ answer, offsetName }: { answer: RetentionAnswer; offsetName(offset: number): string }) {
  const { t } = useTranslation('insights');
  const save = () => {
    const columns: Column<Cohort>[] = [
      { key: 'day', title: t('cohort'), value: (cohort) => cohort.day, render: () => null },
      { key: 'size', title: t('people'), value: (cohort) => cohort.size, render: () => null },
      ...answer.mean.map(
        (_, offset): Column<Cohort> => ({
          key: `${offset}`,
          title: offsetName(offset),
          value: (cohort) => cohort.cells[offset]?.people ?? null,
          render: () => null,
        }),
      ),
    ];
    saveFile('retention.csv', csvText(answer.cohorts, columns));
  };
  return (
    <Button size="small" type="text" icon={<DownloadOutlined />} onClick={save}>
      {t('export')}
    </Button>
  );
}

/** The deepest ground on which the figure can still be read, in light and in dark. */
const SHADE_MAX_PERCENT = 50;

/** Darker means more; a running interval is dashed and its number can only grow. */
function CellButton({ cell, onOpen }: { cell: RetentionCell; onOpen(): void }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const rate = cell.rate ?? 0;
  const shade = Math.round(rate * SHADE_MAX_PERCENT);
  const label = `${format.percent(rate)}, ${t('peopleCount', { count: cell.people, formatted: format.number(cell.people) })}`;
  return (
    <button
      type="button"
      className={`${styles['cell']} ${cell.mature ? '' : styles['running']}`}
      style={{ background: `color-mix(in srgb, var(--accent) ${shade}%, var(--surface))` }}
      title={cell.mature ? label : `${label} · ${t('stillRunning')}`}
      aria-label={cell.mature ? label : `${label}, ${t('stillRunning')}`}
      onClick={onOpen}
    >
      {format.percent(rate)}
    </button>
  );
}
