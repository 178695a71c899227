import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { listLabels } from '../../collect/tracking-plan/contract.ts';
import { useRead } from '../query.ts';
import { useProjectId } from './use-project.ts';

const FRESH_MS = 60_000;

/** What the tracking plan calls an event, in the reader's language; `otherwise` for events that it gives no name. */
export function useEventName(otherwise: (event: string) => string): (event: string) => string {
  const { i18n } = useTranslation();
  const projectId = useProjectId();
  const { data } = useRead(
    listLabels,
    { params: { projectId }, query: { language: i18n.language === 'zh-CN' ? 'zh-CN' : 'en' } },
    { staleTimeMs: FRESH_MS },
  );
  const names = data?.events;
  return useMemo(() => (event) => (names && Object.hasOwn(names, event) && names[event]) || otherwise(event), [names, otherwise]);
}
