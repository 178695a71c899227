import { Alert } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart } from '../../../../../console/kit/Chart.tsx';
import { EmptyState } from '../../../../../console/kit/EmptyState.tsx';
import { Figure, Figures } from '../../../../../console/kit/Figure.tsx';
import { Panel } from '../../../../../console/kit/Panel.tsx';
import { useFormat } from '../../../../../console/kit/use-format.ts';
import { palettes, seriesColours } from '../../../../../console/theme/tokens.ts';
import { useMode } from '../../../../../console/theme/use-mode.ts';
import { Definitions, Freshness } from '../../../console/Definitions.tsx';
import { NumberButton } from '../../../console/NumberButton.tsx';
import { groupName } from '../../../console/names.ts';
import type { FunnelAnswer, FunnelQuestion, FunnelStepAnswer } from '../../../contract.ts';
import { FunnelTimes, FunnelTrend } from './FunnelCharts.tsx';
import { FunnelTable } from './FunnelTable.tsx';
import { funnelOption } from './funnel-chart.ts';
import { type OpenStep, useOpenStep } from './use-open-step.ts';
import { useStepName } from './use-step-name.ts';

/** Below it a share says little. */
const PEOPLE_MIN = 30;

interface FunnelResultProps {
  question: FunnelQuestion;
  answer: FunnelAnswer;
}

/** Chart, conversion and the table of a funnel. */
export function FunnelResult({ question, answer }: FunnelResultProps) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const mode = useMode();
  const open = useOpenStep(question, answer);
  const nameOf = useStepName(question);
  const all = answer.groups[0]?.steps ?? [];
  const shown = answer.groups.length > 1 ? answer.groups.slice(1) : answer.groups;
  const option = useMemo(
    () =>
      funnelOption(answer, {
        format,
        colours: seriesColours[mode],
        lost: palettes[mode].hairline,
        name: (group) => groupName(group, t),
        steps: question.steps.map((_, index) => `${index + 1}  ${nameOf(index)}`),
        droppedOff: t('droppedOff'),
        people: t('people'),
      }),
    [question, answer, format, mode, t, nameOf],
  );
  const entered = all[0]?.people ?? 0;
  if (entered === 0) {
    return (
      <Panel>
        <EmptyState drawing="chart" title={t('empty.funnel')} sentence={t('empty.funnelSentence')} />
      </Panel>
    );
  }
  return (
    <>
      <Panel title={t('conversion')} extra={<Definitions answer={answer} limit={question.breakdown?.limit ?? 0} />}>
        <FunnelFigures steps={all} onOpen={open} />
        {answer.mature ? null : <Alert type="info" showIcon title={t('notMature')} style={{ marginTop: 12 }} />}
        {entered < PEOPLE_MIN ? (
          <Alert type="warning" showIcon title={t('tooFew', { count: entered, min: PEOPLE_MIN })} style={{ marginTop: 12 }} />
        ) : null}
        <Chart
          option={option}
          label={t('chartOf', { what: t('kinds.funnel.title') })}
          height={360}
          onPick={({ seriesIndex, dataIndex }) => {
            if (shown.length > 1) open(shown[seriesIndex ?? 0]?.group ?? { kind: 'all' }, dataIndex, 'reached');
            else open({ kind: 'all' }, dataIndex, seriesIndex === 1 && dataIndex > 0 ? 'droppedOff' : 'reached');
          }}
        />
        <Freshness answer={answer} />
      </Panel>
      <FunnelTrend question={question} answer={answer} />
      <FunnelTimes question={question} answer={answer} />
      <FunnelTable question={question} answer={answer} onOpen={open} />
    </>
  );
}

function FunnelFigures({ steps, onOpen }: { steps: readonly FunnelStepAnswer[]; onOpen: OpenStep }) {
  const { t } = useTranslation('insights');
  const format = useFormat();
  const last = steps.at(-1);
  const share = (value: number | null | undefined) => (value === null || value === undefined ? '–' : format.percent(value));
  const people = (place: number, label: string) => {
    const count = steps[place]?.people ?? 0;
    return (
      <NumberButton value={count} label={`${label}: ${count}`} onOpen={() => onOpen({ kind: 'all' }, place, 'reached')}>
        {format.number(count)}
      </NumberButton>
    );
  };
  return (
    <Figures>
      <Figure label={t('overall')} value={share(last?.fromFirst)} note={t('intervalOf', { low: share(last?.low), high: share(last?.high) })} />
      <Figure label={t('enteredFirst')} value={people(0, t('enteredFirst'))} />
      <Figure label={t('reachedLast')} value={people(steps.length - 1, t('reachedLast'))} />
    </Figures>
  );
}
