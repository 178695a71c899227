import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Figure, Figures } from '../../../console/kit/Figure.tsx';
import { Panel } from '../../../console/kit/Panel.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import type { JourneyResultsReply } from '../contract.ts';
import { IntervalBar } from './IntervalBar.tsx';

/** Goal rate of reached people against the control group, with the difference and its interval, or the reason why there is none. */
export function LiftPanel({ results }: { results: JourneyResultsReply }) {
  const { t } = useTranslation(['journeys', 'operations']);
  const format = useFormat();
  const { comparison, split, reached } = results;
  const { result, reason } = comparison;
  const rate = (value: number | null) => (value === null ? undefined : format.percent(value, 2));
  const points = (value: number) => `${value > 0 ? '+' : ''}${format.number(value * 100, 2)}`;
  const of = ({ successes, n }: { successes: number; n: number }) =>
    t('journeys:results.people', { successes: format.number(successes), n: format.number(n) });
  return (
    <Panel title={t('journeys:results.lift')}>
      {split.isBroken ? <Alert type="error" showIcon title={t('journeys:results.splitBroken', { p: split.p?.toExponential(1) })} /> : null}
      <Figures>
        <Figure label={t('journeys:results.reached')} value={rate(comparison.treatment.rate)} note={of(comparison.treatment)} />
        <Figure label={t('journeys:results.control')} value={rate(comparison.control.rate)} note={of(comparison.control)} />
        <Figure
          label={t('journeys:results.difference')}
          definition={t('journeys:results.definition')}
          value={result ? t('journeys:results.points', { value: points(result.difference.value) }) : undefined}
          note={
            result
              ? t('journeys:results.interval', { low: points(result.difference.low), high: points(result.difference.high) })
              : reason
                ? t(`operations:reasons.${reason}`)
                : undefined
          }
        />
      </Figures>
      {result ? (
        <>
          <IntervalBar
            value={result.difference.value}
            low={result.difference.low}
            high={result.difference.high}
            label={t('journeys:results.interval', { low: points(result.difference.low), high: points(result.difference.high) })}
          />
          <p>
            {t(result.isSignificant ? 'journeys:results.significant' : 'journeys:results.notSignificant')}{' '}
            <span className="quiet">
              {result.relative
                ? t('journeys:results.relative', { value: `${result.relative.value > 0 ? '+' : ''}${format.percent(result.relative.value)}` })
                : ''}{' '}
              {t('journeys:results.p', { p: format.number(result.difference.p, 4) })}
            </span>
          </p>
        </>
      ) : null}
      {reached.rate === null ? null : (
        <p className="quiet small">{t('journeys:results.actuallyReached', { rate: `${rate(reached.rate)} (${of(reached)})` })}</p>
      )}
    </Panel>
  );
}
