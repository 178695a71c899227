import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { useRead } from '../../../console/query.ts';
import { type AudienceNames, listAudienceFields, type SentenceLocale, sentence } from '../../../know/audiences/contract.ts';
import type { Duration, JourneyNode, Trigger } from '../contract.ts';

/** How steps are called and summed up in one line. */
export interface StepText {
  name(node: JourneyNode): string;
  summary(node: JourneyNode): string;
  trigger(trigger: Trigger): string;
  duration(duration: Duration): string;
}

const FRESH_MS = 60_000;

export function useStepText(): StepText {
  const { t, i18n } = useTranslation('journeys');
  const projectId = useProjectId();
  const { data } = useRead(listAudienceFields, { params: { projectId } }, { staleTimeMs: FRESH_MS });
  const segments = data?.segments;
  return useMemo(() => {
    const names: AudienceNames = { segments: new Map((segments ?? []).map((one) => [one.segmentId, one.name])) };
    const duration = ({ amount, unit }: Duration) => t(`duration.${unit}`, { count: amount });
    const summary = (node: JourneyNode): string => {
      switch (node.kind) {
        case 'wait':
          return duration(node.duration);
        case 'wait_until':
          return node.event === '' ? t('faults.no_event') : `${node.event} · ${duration(node.atMost)}`;
        case 'branch':
          return node.condition === null ? t('branch.unset') : sentence(node.condition, i18n.language as SentenceLocale, names);
        case 'email':
          return node.subject === '' ? t('email.unset') : node.subject;
        case 'exit':
          return '';
      }
    };
    return {
      name: (node) => (node.name ? node.name : t(`kinds.${node.kind}`)),
      summary,
      duration,
      trigger: (trigger) => {
        if (trigger.kind === 'event') return trigger.event === '' ? t('trigger.unset') : t('trigger.onEvent', { event: trigger.event });
        const name = trigger.segmentId === null ? undefined : segments?.find((one) => one.segmentId === trigger.segmentId)?.name;
        return trigger.segmentId === null ? t('trigger.unset') : t('trigger.onSegment', { segment: name ?? `#${trigger.segmentId}` });
      },
    };
  }, [t, i18n.language, segments]);
}
