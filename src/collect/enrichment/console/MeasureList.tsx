import { useTranslation } from 'react-i18next';
import { ProjectLink } from '../../../console/kit/ProjectLink.tsx';
import { useFormat } from '../../../console/kit/use-format.ts';
import { type QualityMeasure, qualityMeasures } from '../contract.ts';
import styles from './Quality.module.css';
import type { QualityAnswer } from './quality-answer.ts';

const REASONS_SHOWN = 5;
const ownReasons: ReadonlySet<string> = new Set(['fast', 'slow', 'hours', 'days']);
const usual: ReadonlySet<QualityMeasure> = new Set(['received', 'accepted']);
/** Where something can be done about it. */
const wayOut: Partial<Record<QualityMeasure, string>> = {
  refused: 'events?status=refused',
  bot_marked: 'collection-settings',
  bot_dropped: 'collection-settings',
  currency_unknown: 'collection-settings?section=currency',
  currency_built_in: 'collection-settings?section=currency',
  personal_found: 'collection-settings?section=personal',
};

/** Everything that is counted but not usual: how many, what it means, what to do, and the reasons met most. What never happened stands last, quietly. */
export function MeasureList({ answer }: { answer: QualityAnswer }) {
  const odd = qualityMeasures.filter((measure) => !usual.has(measure));
  const order = odd.toSorted((left, right) => Number((answer.totals[right] ?? 0) > 0) - Number((answer.totals[left] ?? 0) > 0));
  return (
    <ul className={styles['list']}>
      {order.map((measure) => (
        <MeasureItem key={measure} measure={measure} answer={answer} />
      ))}
    </ul>
  );
}

function MeasureItem({ measure, answer: { totals, reasons } }: { measure: QualityMeasure; answer: QualityAnswer }) {
  const { t } = useTranslation('enrichment');
  const format = useFormat();
  const count = totals[measure] ?? 0;
  const received = totals.received ?? 0;
  const name = t(`quality.measures.${measure}`);
  const to = wayOut[measure];
  return (
    <li className={styles['item']}>
      <span className={count > 0 ? styles['name'] : 'quiet'}>{to && count > 0 ? <ProjectLink to={to}>{name}</ProjectLink> : name}</span>
      <span className={`${styles['count']} ${count > 0 ? '' : 'quiet'}`}>
        {format.number(count)}
        {count > 0 && received > 0 ? <span className="quiet small"> {format.percent(count / received)}</span> : null}
      </span>
      <div className={styles['meaning']}>
        <span className="quiet">{t(`quality.meanings.${measure}`)}</span>
        {count > 0 ? <Reasons of={byReason(reasons.filter((each) => each.measure === measure))} /> : null}
      </div>
    </li>
  );
}

function byReason(reasons: QualityAnswer['reasons']): [reason: string, count: number][] {
  const sums = new Map<string, number>();
  for (const { reason, count } of reasons) sums.set(reason, (sums.get(reason) ?? 0) + count);
  return [...sums].sort(([, left], [, right]) => right - left).slice(0, REASONS_SHOWN);
}

function Reasons({ of }: { of: readonly [reason: string, count: number][] }) {
  const { t, i18n } = useTranslation('enrichment');
  const format = useFormat();
  if (of.length === 0) return null;
  const words = (reason: string): string => {
    if (ownReasons.has(reason)) return t(`quality.reasonNames.${reason}`);
    const place = /^(property|trait) (.*)$/s.exec(reason);
    if (place) return `${t(`personal.places.${place[1]}`)} ${place[2]}`;
    // A refusal's code has its sentence where the refusal is defined.
    const [slice = '', code = ''] = reason.split('.');
    const key = `${slice}:errors.${code}`;
    return code !== '' && i18n.exists(key) ? plain(t(key as never)) : reason;
  };
  return (
    <div className={`${styles['reasons']} small`}>
      {of.map(([reason, count]) => (
        <span key={reason} title={reason}>
          {words(reason)}: {format.number(count)}
        </span>
      ))}
    </div>
  );
}

/** Sentences of refusals carry values of one event; here they stand for many. */
function plain(sentence: string): string {
  return sentence.replace(/\{\{\w+\}\}/g, '…').replace(/[.。]$/, '');
}
