import { App } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../console/api.ts';
import { saveFile } from '../../../console/kit/table/export-csv.ts';
import { useProjectId } from '../../../console/kit/use-project.ts';
import { exportMembers } from '../contract.ts';
import { type ExportedMember, memberCsv } from './member-csv.ts';
import type { WholeSegment } from './whole-segment.ts';

/** How far an export is. */
interface Progress {
  done: number;
  /** ms */
  startedAt: number;
}

/** Reads all members with ids and traits, page by page, and gives them as a file. Can be ended on the way; leaving the page ends it. */
export function useMemberExport(segment: WholeSegment): { progress: Progress | undefined; run(): Promise<void>; cancel(): void } {
  const { t } = useTranslation('segments');
  const { message } = App.useApp();
  const projectId = useProjectId();
  const [progress, setProgress] = useState<Progress>();
  const ending = useRef<AbortController>(undefined);
  useEffect(() => () => ending.current?.abort(), []);
  const run = async () => {
    const controller = new AbortController();
    ending.current = controller;
    const startedAt = Date.now();
    setProgress({ done: 0, startedAt });
    try {
      const members: ExportedMember[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await call(exportMembers, {
          params: { projectId, segmentId: segment.segmentId },
          query: cursor === undefined ? {} : { cursor },
          signal: controller.signal,
        });
        members.push(...page.items);
        setProgress({ done: members.length, startedAt });
        cursor = page.nextCursor;
        if (cursor === undefined) break;
      }
      saveFile(`${segment.name}.csv`, memberCsv(members, t));
    } catch (error) {
      if (!controller.signal.aborted) message.error(error instanceof Error ? error.message : t('notDone'));
    } finally {
      setProgress(undefined);
    }
  };
  return { progress, run, cancel: () => ending.current?.abort() };
}
