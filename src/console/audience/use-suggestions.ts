import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ANY_EVENT,
  eventLabel,
  listAudienceFields,
  listAudienceProperties,
  listAudienceValues,
  type Scalar,
  type SentenceLocale,
  type Suggestion,
} from '../../know/audiences/contract.ts';
import { useEventName } from '../kit/use-event-name.ts';
import { useFormat } from '../kit/use-format.ts';
import { usePlanNames } from '../kit/use-plan-names.ts';
import { useProjectId } from '../kit/use-project.ts';
import { useRead } from '../query.ts';
import { hasProperties } from './starts.ts';

const FRESH_MS = 60_000;

/** The language in which conditions are said. */
export function useSentenceLocale(): SentenceLocale {
  return useTranslation().i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
}

/** Events, traits and segments of the project, as they are chosen from. */
export function useAudienceFields() {
  const projectId = useProjectId();
  return useRead(listAudienceFields, { params: { projectId } }, { staleTimeMs: FRESH_MS });
}

/** Names of segments for sentences; undefined until they are known. */
export function useSegmentNames(): ReadonlyMap<number, string> | undefined {
  const { data } = useAudienceFields();
  return useMemo(() => data && new Map(data.segments.map(({ segmentId, name }) => [segmentId, name])), [data]);
}

/** One thing to choose. */
export interface Choice {
  value: string;
  label: string;
  /** At the right, e.g. how often it was seen. */
  note?: string;
}

/** Choices under a heading; without one they stand first. */
export interface ChoiceGroup {
  heading?: string;
  choices: readonly Choice[];
}

/** Events to choose: anything at all, what the product's people did, and what the system records. */
export function useEventChoices(): { groups: readonly ChoiceGroup[]; isLoading: boolean } {
  const { t } = useTranslation('audiences');
  const format = useFormat();
  const locale = useSentenceLocale();
  const nameOf = useEventName(useCallback((name: string) => eventLabel(name, locale), [locale]));
  const { data, isPending } = useAudienceFields();
  const groups = useMemo(() => {
    const seen = (data?.events ?? []).map(({ name, count }) => ({
      value: name,
      label: nameOf(name),
      note: [nameOf(name) === name || name.startsWith('$') ? '' : name, count === undefined ? '' : format.compact(count)].filter(Boolean).join(' · '),
    }));
    const names = new Set(seen.map((choice) => choice.value));
    const system = Object.keys(t('systemEvents', { returnObjects: true }) as object)
      .map((name) => `$${name}`)
      .filter((name) => !names.has(name))
      .map((name) => ({ value: name, label: nameOf(name) }));
    return [
      { choices: [{ value: ANY_EVENT, label: t('builder.anyEvent') }] },
      { heading: t('builder.events.own'), choices: seen.filter((choice) => !choice.value.startsWith('$')) },
      { heading: t('builder.events.system'), choices: [...seen.filter((choice) => choice.value.startsWith('$')), ...system] },
    ];
  }, [data, format, nameOf, t]);
  return { groups, isLoading: isPending };
}

/** A name to choose: what the plan calls it, with the name itself beside it. */
export function namedChoice(name: string, label: string | undefined): Choice {
  return label === undefined || label === name ? { value: name, label: name } : { value: name, label, note: name };
}

/** What is known about names: their types, and the names to choose from. */
export interface NameSuggestions {
  names: readonly Suggestion[];
  /** The same as they are chosen from, called as the tracking plan calls them. */
  choices: readonly Choice[];
  isLoading: boolean;
  typesOf(name: string): readonly string[] | undefined;
}

function suggestionsOf(names: readonly Suggestion[], isLoading: boolean, labelOf: (name: string) => string | undefined): NameSuggestions {
  const byName = new Map(names.map((one) => [one.name, one.types]));
  return { names, choices: names.map(({ name }) => namedChoice(name, labelOf(name))), isLoading, typesOf: (name) => byName.get(name) };
}

/** Traits of the project's people. */
export function useTraitNames(): NameSuggestions {
  const { data, isPending } = useAudienceFields();
  const plan = usePlanNames();
  return useMemo(() => suggestionsOf(data?.traits ?? [], isPending, plan.trait), [data, isPending, plan]);
}

/** Properties seen on an event; any event has none of its own. */
export function usePropertyNames(event: string): NameSuggestions {
  const projectId = useProjectId();
  const isAsked = hasProperties(event);
  const plan = usePlanNames();
  const { data, isPending, isPlaceholderData } = useRead(
    listAudienceProperties,
    { params: { projectId }, query: { event: event || ANY_EVENT } },
    { enabled: isAsked, staleTimeMs: FRESH_MS },
  );
  return useMemo(
    () => suggestionsOf(isAsked && !isPlaceholderData ? (data?.items ?? []) : [], isAsked && isPending, (name) => plan.property(event, name)),
    [data, isAsked, isPending, isPlaceholderData, plan, event],
  );
}

/** Frequent values of a trait (no event) or of a property of an event. */
export function useValueChoices(of: { event?: string; name: string; search: string }, isAsked: boolean): { value: Scalar; count: number }[] {
  const projectId = useProjectId();
  const isKnown = of.name !== '' && (of.event === undefined || hasProperties(of.event));
  const search = of.search.trim();
  const { data } = useRead(
    listAudienceValues,
    {
      params: { projectId },
      query: { name: of.name || '-', ...(of.event === undefined ? {} : { event: of.event || ANY_EVENT }), ...(search && { search }) },
    },
    { enabled: isKnown && isAsked, staleTimeMs: FRESH_MS },
  );
  return isKnown ? (data?.items ?? []) : [];
}
