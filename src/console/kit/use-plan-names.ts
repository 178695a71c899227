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

/** Display names of the project's tracking plan; properties that the product fills itself have names without one. A property of no certain event goes by the first event that names it. */
export function usePlanNames(): PlanNames {
  const { i18n } = useTranslation();
  const language = i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
  const projectId = useProjectId();
  const { data } = useRead(listLabels, { params: { projectId }, query: { language } }, { staleTimeMs: FRESH_MS });
  return useMemo(() => {
    const own = (name: string) => {
      const key = `console:systemProperties.${name.slice(1)}`;
      return name.startsWith('$') && i18n.exists(key, { lng: language }) ? String(i18n.t(key as never, { lng: language })) : undefined;
    };
    return {
      event: (name) => named(data?.events, name),
      property: (event, name) => {
        const all = data?.properties ?? {};
        const one = Object.hasOwn(all, event) ? all[event] : undefined;
        const isAny = event === '' || event === '*';
        const planned = isAny ? Object.values(all).find((names) => named(names, name))?.[name] : named(one, name);
        return planned ?? own(name);
      },
      trait: (name) => named(data?.traits, name),
    };
  }, [data, i18n, language]);
}
