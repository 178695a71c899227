import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelRule, TouchCondition } from '../contract.ts';

/** A rule in words: "source is one of the search engines and medium is organic or …". */
export function RuleWords({ rule }: { rule: ChannelRule }) {
  const { t } = useTranslation('enrichment');
  return (
    <>
      {rule.any.map(({ all }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: groups have no name, and the words hold no state
        <div key={index}>
          {index > 0 ? <span className="quiet">{t('channels.or')} </span> : null}
          {all.map((condition, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no name, and the words hold no state
            <Fragment key={place}>
              {place > 0 ? <span className="quiet"> {t('channels.and')} </span> : null}
              <ConditionWords condition={condition} />
            </Fragment>
          ))}
        </div>
      ))}
    </>
  );
}

function ConditionWords({ condition: { field, operator, values } }: { condition: TouchCondition }) {
  const { t } = useTranslation('enrichment');
  const shown = operator === 'in_list' ? values.map((value) => t(`channels.lists.${value}`)) : values;
  const hasValues = operator !== 'is_set' && operator !== 'is_not_set';
  return (
    <span>
      {t(`channels.fields.${field}`)} <span className="quiet">{t(`channels.operators.${operator}`)}</span>{' '}
      {hasValues
        ? shown.map((value, index) => (
            <Fragment key={value}>
              {index > 0 ? <span className="quiet"> {t('channels.or')} </span> : null}
              {operator === 'in_list' ? value : <code>{value}</code>}
            </Fragment>
          ))
        : null}
    </span>
  );
}
