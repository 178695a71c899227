import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { listLabels } from '../../collect/tracking-plan/contract.ts';
import { useRead } from '../query.ts';
import { useProjectId } from './use-project.ts';

const FRESH_MS = 60_000;

/** What the tracking plan calls things in the reader's language; undefined where it gives no name. */
export interface PlanNames {
  event(name: string): string | undefined;
  property(event: string, name: string): string | undefined;
  trait(name: string): string | undefined;
}

const named = (names: Record<string, string> | undefined, name: string): string | undefined =>
  (names && Object.hasOwn(names, name) && names[name]) || undefined;

/** Display names of the project's tracking plan. A property of no certain event goes by the first event that names it. */
export function usePlanNames(): PlanNames {
  const { i18n } = useTranslation();
  const projectId = useProjectId();
  const { data } = useRead(
    listLabels,
    { params: { projectId }, query: { language: i18n.language === 'zh-CN' ? 'zh-CN' : 'en' } },
    { staleTimeMs: FRESH_MS },
  );
  return useMemo(
    () => ({
      event: (name) => named(data?.events, name),
      property: (event, name) => {
        const all = data?.properties ?? {};
        if (Object.hasOwn(all, event)) return named(all[event], name);
        return event === '' || event === '*' ? Object.values(all).find((names) => named(names, name))?.[name] : undefined;
      },
      trait: (name) => named(data?.traits, name),
    }),
    [data],
  );
}
