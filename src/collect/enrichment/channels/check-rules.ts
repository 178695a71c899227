import { refuseEnrichment } from '../contract.ts';
import { type ChannelRule, patternFault, siteLists } from './channel-rules.ts';

/** Throws what is wrong with a table beyond its form, with the number of the rule (from 1). */
export function checkRules(rules: readonly ChannelRule[]): void {
  rules.forEach(({ any, channel }, index) => {
    for (const { field, operator, values } of any.flatMap(({ all }) => all)) {
      const details = { rule: index + 1, channel, field };
      if (operator === 'is_set' || operator === 'is_not_set') continue;
      if (values.length === 0) throw refuseEnrichment('values_missing', { details });
      for (const value of values) {
        if (operator === 'in_list' && !(siteLists as readonly string[]).includes(value))
          throw refuseEnrichment('list_unknown', { details: { ...details, value } });
        const fault = operator === 'matches' ? patternFault(value) : undefined;
        if (fault) throw refuseEnrichment(fault === 'unreadable' ? 'pattern_unreadable' : 'pattern_too_slow', { details: { ...details, value } });
      }
    }
  });
}
