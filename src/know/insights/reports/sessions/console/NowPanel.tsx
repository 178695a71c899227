import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../../../console/kit/Chart.tsx';
import { Definition } from '../../../../../console/kit/Definition.tsx';
import { Figure, Figures } from '../../../../../console/kit/Figure.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { useProjectId } from '../../../../../console/kit/use-project.ts';
import { useRead } from '../../../../../console/query.ts';
import { askWebNow } from '../../../contract.ts';
import type { NowAnswer } from '../now-contract.ts';
import type { SessionsQuestion } from '../question.ts';
import styles from './SessionTables.module.css';

/** How often the panel looks again. */
const REFRESH_MS = 10_000;

/** Who is there now: people of the last minutes, and what they look at. */
export function NowPanel({ question }: { question: SessionsQuestion }) {
  const { t } = useTranslation('insights');
  const projectId = useProjectId();
  const body = { where: question.where, ...(question.audience && { audience: question.audience }) };
  const { data } = useRead(askWebNow, { params: { projectId }, body }, { refetchIntervalMs: REFRESH_MS });
  return (
    <Panel
      title={t('web.now')}
      span={4}
      extra={
        data ? (
          <Definition>
            <ul>
              {data.definitions.map((key) => (
                <li key={key}>{t(`definitions.${key}` as 'definitions.identity')}</li>
              ))}
            </ul>
          </Definition>
        ) : null
      }
    >
      {data ? <Now answer={data} /> : null}
    </Panel>
  );
}

function Now({ answer }: { answer: NowAnswer }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const option = useMemo(
    () => ({
      grid: { left: 0, right: 0, top: 8, bottom: 20 },
      xAxis: {
        type: 'category',
        data: answer.minutes.map((minute) => format.time(minute.start, answer.timeZone).slice(-5)),
        axisLabel: { interval: 9 },
      },
      yAxis: { type: 'value', show: false, minInterval: 1 },
      tooltip: { trigger: 'axis' },
      series: [{ type: 'bar', name: t('people'), data: answer.minutes.map((minute) => minute.people), barCategoryGap: '20%' }],
    }),
    [answer, format, t],
  );
  return (
    <>
      <Figures>
        <Figure label={t('web.last5')} value={format.number(answer.peopleOf5Minutes)} />
        <Figure label={t('web.last30')} value={format.number(answer.peopleOf30Minutes)} />
      </Figures>
      <Chart option={option} label={t('chartOf', { what: t('web.byMinute') })} height={120} />
      {answer.pages.length === 0 ? (
        <p className={styles['empty']}>{t('web.nobodyNow')}</p>
      ) : (
        <table className={styles['table']}>
          <thead>
            <tr>
              <th scope="col">{t('web.pagesNow')}</th>
              <th scope="col">{t('people')}</th>
            </tr>
          </thead>
          <tbody>
            {answer.pages.map((row) => (
              <tr key={String(row.page)}>
                <td style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{row.page}</td>
                <td>{format.number(row.people)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
