import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { UNASSIGNED_CHANNEL, usualChannels } from '../contract.ts';

const known: ReadonlySet<string> = new Set([...usualChannels, UNASSIGNED_CHANNEL]);

/** The name of a channel in the reader's language; a project's own channel is its name. */
export function useChannelName(): (channel: string) => string {
  const { t } = useTranslation('enrichment');
  return useCallback((channel: string) => (known.has(channel) ? t(`channels.names.${channel}`) : channel), [t]);
}
