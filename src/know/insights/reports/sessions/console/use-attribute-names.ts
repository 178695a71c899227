import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { placeName } from '../../../../../collect/enrichment/contract.ts';
import { groupName } from '../../../console/names.ts';
import type { Group } from '../../../contract.ts';
import { sessionAttributes } from '../question.ts';

const known: ReadonlySet<string> = new Set(sessionAttributes);

/** Names of attributes and of their values in the reader's language. */
export function useAttributeNames(): { attribute(name: string): string; value(attribute: string, group: Group): string } {
  const { t, i18n } = useTranslation('insights');
  const locale = i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
  const attribute = useCallback(
    (name: string) => (known.has(name) ? t(`sessions.attributes.${name as 'channel'}`) : name.replace(/^property:/, '')),
    [t],
  );
  const value = useCallback(
    (name: string, group: Group) => {
      if (group.kind !== 'value') return groupName(group, t);
      if (name === 'channel') return t(`enrichment:channels.names.${group.value}` as never, { defaultValue: group.value }) as string;
      if (name === 'country' || name === 'province') return placeName(group.value, locale);
      if (name === 'device') return t(`sessions.devices.${group.value}` as never, { defaultValue: group.value }) as string;
      return groupName(group, t);
    },
    [t, locale],
  );
  return { attribute, value };
}
