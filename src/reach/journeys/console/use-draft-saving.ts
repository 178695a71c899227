import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, call } from '../../../console/api.ts';
import { useLeaveGuard } from '../../../console/kit/form/use-leave-guard.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { readKey, refresh } from '../../../console/query.ts';
import { type Fault, getJourney, type Journey, type JourneyDefinition, updateJourney } from '../contract.ts';

const PAUSE_MS = 700;

/** The draft as it stands on the page. */
export interface Draft {
  journey: Journey;
  definition: JourneyDefinition;
  faults: readonly Fault[];
  /** Text key of the state of saving. */
  status: 'saved' | 'saving' | 'unsaved';
  /** Why the last save was refused. */
  error: string | undefined;
  change(change: (definition: JourneyDefinition) => JourneyDefinition): void;
  rename(name: string): Promise<void>;
  saveNow(): void;
}

/** Keeps the draft and saves it when the writer pauses; one save at a time, the last one wins. A refused save stays on the page and is said. */
export function useDraftSaving(journey: Journey): Draft {
  const client = useQueryClient();
  const projectId = useProjectId();
  const [definition, setDefinition] = useState(journey.draft);
  const [faults, setFaults] = useState<readonly Fault[]>(journey.faults);
  const [status, setStatus] = useState<Draft['status']>('saved');
  const [error, setError] = useState<string>();
  const latest = useRef(definition);
  const work = useRef({ timer: undefined as ReturnType<typeof setTimeout> | undefined, isSaving: false, isDirty: false });
  const keep = useCallback(
    (saved: Journey) => {
      client.setQueryData(readKey(getJourney, { params: { projectId, journeyId: saved.id } }), saved);
      void refresh(client, ['journeys.list_journeys']);
    },
    [client, projectId],
  );
  const save = useCallback(async () => {
    const state = work.current;
    clearTimeout(state.timer);
    if (state.isSaving || !state.isDirty) return;
    state.isSaving = true;
    state.isDirty = false;
    setStatus('saving');
    try {
      const saved = await call(updateJourney, { params: { projectId, journeyId: journey.id }, body: { draft: latest.current } });
      keep(saved);
      setFaults(saved.faults);
      setError(undefined);
      setStatus(state.isDirty ? 'unsaved' : 'saved');
    } catch (cause) {
      setError(cause instanceof ApiError ? [cause.message, ...cause.issues.map((issue) => issue.message)].join(' ') : String(cause));
      setFaults(templateFaults(cause));
      setStatus('unsaved');
    } finally {
      state.isSaving = false;
      if (state.isDirty) state.timer = setTimeout(() => void save(), PAUSE_MS);
    }
  }, [projectId, journey.id, keep]);
  const change = useCallback(
    (by: (before: JourneyDefinition) => JourneyDefinition) => {
      latest.current = by(latest.current);
      setDefinition(latest.current);
      setStatus('unsaved');
      work.current.isDirty = true;
      clearTimeout(work.current.timer);
      work.current.timer = setTimeout(() => void save(), PAUSE_MS);
    },
    [save],
  );
  const rename = useCallback(
    async (name: string) => keep(await call(updateJourney, { params: { projectId, journeyId: journey.id }, body: { name } })),
    [projectId, journey.id, keep],
  );
  useEffect(() => () => void save(), [save]);
  useLeaveGuard(status === 'unsaved' && error !== undefined);
  return { journey, definition, faults, status, error, change, rename, saveNow: () => void save() };
}

/** The place of a template that the server refused, to mark its step. */
function templateFaults(cause: unknown): Fault[] {
  const details = cause instanceof ApiError ? (cause.details as Record<string, unknown> | undefined) : undefined;
  if (typeof details?.['line'] !== 'number') return [];
  return [
    {
      reason: 'broken_template',
      node: String(details['node']),
      part: String(details['part']),
      line: details['line'],
      column: Number(details['column']),
      detail: String(details['message']),
    },
  ];
}
