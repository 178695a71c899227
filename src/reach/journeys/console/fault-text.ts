import type { useTranslation } from 'react-i18next';
import type { Fault } from '../contract.ts';

type Translate = ReturnType<typeof useTranslation<'journeys'>>['t'];

/** A fault in words; of a template with its line. */
export function faultText(fault: Fault, t: Translate): string {
  if (fault.line === null) return fault.detail && fault.reason === 'broken_condition' ? fault.detail : t(`faults.${fault.reason}`);
  return t('faultAt', {
    part: t(`parts.${fault.part === 'subject' ? 'subject' : 'body'}`),
    line: fault.line,
    column: fault.column,
    message: fault.detail,
  });
}
