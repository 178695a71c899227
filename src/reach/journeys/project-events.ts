import type { Announcement } from '../../collect/stream/contract.ts';
import type { JourneyParts } from './parts.ts';
import type { Versions } from './versions.ts';

/** The events of one project, oldest first. */
export interface ProjectEvents {
  parts: JourneyParts;
  versions: Versions;
  projectId: number;
  timeZone: string;
  events: readonly Announcement[];
}
