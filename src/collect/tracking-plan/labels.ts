import type { Locale } from '../../kernel/http/handle.ts';
import type { PlanLabels } from './api.ts';
import type { DisplayName, TrackingPlan } from './plan-document.ts';

/** Display names in one language. A name that is there only in the other language is better than none. */
export function labelsOf(plan: TrackingPlan, locale: Locale): PlanLabels {
  const other: Locale = locale === 'en' ? 'zh-CN' : 'en';
  const name = (named: { displayName?: DisplayName | undefined }) => named.displayName?.[locale] ?? named.displayName?.[other];
  const namesOf = (all: Record<string, { displayName?: DisplayName | undefined }>): Record<string, string> =>
    Object.fromEntries(Object.entries(all).flatMap(([key, one]) => (name(one) ? [[key, name(one) as string]] : [])));
  const properties = Object.entries(plan.events)
    .map(([event, { properties: of }]) => [event, namesOf(of ?? {})] as const)
    .filter(([, names]) => Object.keys(names).length > 0);
  return { events: namesOf(plan.events), properties: Object.fromEntries(properties), traits: namesOf(plan.traits) };
}
