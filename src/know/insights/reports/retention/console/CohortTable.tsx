import { DownloadOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import type { Column } from '../../../../../console/kit/table/columns.ts';
import { csvText, saveFile } from '../../../../../console/kit/table/export-csv.ts';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import type { Group } from '../../../answer-parts.ts';
import styles from '../../../console/QuestionFrame.module.css';
import { useOpenCell } from '../../../console/use-question.ts';
import type { RetentionAnswer, RetentionCell, RetentionCohort } from '../answer.ts';
import type { RetentionQuestion } from '../question.ts';
import { useRetentionNames } from './names.ts';

/** A table of the answer: everybody, or one group of the breakdown. */
export interface ShownTable {
  name: string;
  group: Group | undefined;
  table: Pick<RetentionAnswer, 'cohorts' | 'mean' | 'simpleMean' | 'thirdMean'>;
}

interface CohortTableProps {
  question: RetentionQuestion;
  answer: RetentionAnswer;
  shown: ShownTable;
}

/** A row a cohort, a column an interval after the start; each cell opens its people. */
export function CohortTable({ question, answer, shown }: CohortTableProps) {
  const { t } = useTranslation('insights');
  const [, setOpen] = useOpenCell();
  const { columnName, cohortName } = useRetentionNames(question, answer);
  const outcome = question.view === 'lost' ? ('lost' as const) : ('returned' as const);
  const open = (cohort: RetentionCohort, column: number | undefined) => {
    const day = cohortName(cohort);
    const said =
      column === undefined ? t('cohortOf', { day }) : t(outcome === 'lost' ? 'retention.lostIn' : 'returnedIn', { day, offset: columnName(column) });
    setOpen({
      cell: {
        kind: 'retention',
        start: cohort.start,
        outcome,
        ...(column !== undefined && { offset: column }),
        ...(shown.group && { group: shown.group }),
      },
      asOf: answer.asOf,
      title: shown.group ? `${said} · ${shown.name}` : said,
    });
  };
  const { table } = shown;
  const title = shown.group ? shown.name : t('cohorts');
  return (
    <Panel title={title} note={t('cohortsNote')} extra={<ExportButton shown={shown} columnName={columnName} />}>
      <section className={styles['grid']} aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('cohort')}</th>
              <th scope="col">{t('people')}</th>
              {answer.columns.map((span, column) => (
                <th key={span.first} scope="col">
                  {columnName(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <MeanRow name={t('mean')} rates={table.mean} />
            <MeanRow name={t('retention.simpleMean')} rates={table.simpleMean} />
            {table.thirdMean ? <ThirdMeanRow means={table.thirdMean} /> : null}
            {table.cohorts.map((cohort) => (
              <CohortRow
                key={cohort.start}
                cohort={cohort}
                name={cohortName(cohort)}
                isLost={outcome === 'lost'}
                onOpen={(column) => open(cohort, column)}
              />
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

function MeanRow({ name, rates }: { name: string; rates: readonly (number | null)[] }) {
  const format = useFormat();
  return <PlainRow name={name} cells={rates.map((rate) => (rate === null ? '' : format.percent(rate)))} />;
}

function ThirdMeanRow({ means }: { means: readonly (number | null)[] }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  return <PlainRow name={t('retention.perHead')} cells={means.map((mean) => (mean === null ? '' : format.number(mean, 2)))} />;
}

function PlainRow({ name, cells }: { name: string; cells: readonly string[] }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={styles['plain']} />
      {cells.map((cell, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is known by its place
        <td key={column} className={styles['plain']}>
          {cell}
        </td>
      ))}
    </tr>
  );
}

interface CohortRowProps {
  cohort: RetentionCohort;
  name: string;
  isLost: boolean;
  onOpen(column: number | undefined): void;
}

function CohortRow({ cohort, name, isLost, onOpen }: CohortRowProps) {
  const format = useFormat();
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <button type="button" className={styles['cell']} disabled={cohort.size === 0} onClick={() => onOpen(undefined)}>
          {format.number(cohort.size)}
        </button>
      </td>
      {cohort.cells.map((cell, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a column is known by its place
        <td key={column}>
          {cell && cohort.size > 0 ? (
            <CellButton cell={cell} people={isLost ? cohort.size - cell.people : cell.people} onOpen={() => onOpen(column)} />
          ) : null}
        </td>
      ))}
    </tr>
  );
}

function ExportButton({ shown, columnName }: { shown: ShownTable; columnName(column: number): string }) {
  const { t } = useTranslation('insights');
  const { table } = shown;
  const save = () => {
    const plain = (key: string, title: string, value: (cohort: RetentionCohort) => string | number | null): Column<RetentionCohort> => ({
      key,
      title,
      value,
      render: () => null,
    });
    const columns = [
      plain('label', t('cohort'), (cohort) => cohort.label),
      plain('size', t('people'), (cohort) => cohort.size),
      ...table.mean.flatMap((_, column) => [
        plain(`${column}`, columnName(column), (cohort) => cohort.cells[column]?.people ?? null),
        ...(table.thirdMean
          ? [plain(`third-${column}`, `${columnName(column)}, ${t('retention.third')}`, (cohort) => cohort.cells[column]?.third?.value ?? null)]
          : []),
      ]),
    ];
    saveFile('retention.csv', csvText(table.cohorts, columns));
  };
  return (
    <Button size="small" type="text" icon={<DownloadOutlined />} onClick={save}>
      {t('export')}
    </Button>
  );
}

/** The deepest ground on which the figure can still be read, in light and in dark. */
const SHADE_MAX_PERCENT = 50;

/** Darker means more; an interval that still runs for somebody is dashed. */
function CellButton({ cell, people, onOpen }: { cell: RetentionCell; people: number; onOpen(): void }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const rate = cell.rate ?? 0;
  const shade = Math.round(Math.min(rate, 1) * SHADE_MAX_PERCENT);
  const third =
    cell.third && cell.third.perHead !== null
      ? t('retention.thirdOf', { total: format.number(cell.third.value), perHead: format.number(cell.third.perHead, 2) })
      : undefined;
  const said = [
    `${cell.rate === null ? '–' : format.percent(rate)}, ${t('peopleCount', { count: people, formatted: format.number(people) })}`,
    ...(third ? [third] : []),
    ...(cell.mature ? [] : [t('stillRunning')]),
  ];
  return (
    <button
      type="button"
      className={`${styles['cell']} ${cell.mature ? '' : styles['running']}`}
      style={{ background: `color-mix(in srgb, var(--accent) ${shade}%, var(--surface))` }}
      title={said.join(' · ')}
      aria-label={said.join(', ')}
      onClick={onOpen}
    >
      {cell.rate === null ? '–' : format.percent(rate)}
      {cell.third && cell.third.perHead !== null ? <div>{format.number(cell.third.perHead, 2)}</div> : null}
    </button>
  );
}
