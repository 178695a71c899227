import type { KeyOfToken } from '../../workspace/projects/index.ts';
import type { Enricher } from '../enrichment/index.ts';

/** Who sends, what with, and from where. */
export interface Sending {
  key: KeyOfToken;
  /** How the key is shown to people: its first characters, or the name of the slice that sends. */
  keyShown: string;
  /** The dialect, or what else the messages came by; kept in the stream's column `source`. */
  source: string;
  receivedAt: number;
  sentAt?: number | undefined;
  /** Address and browser of the person; empty when a server sends for people. */
  ip: string;
  userAgent?: string | undefined;
  hints?: Record<string, string> | undefined;
  /** Hides what the project's settings do not keep from whoever looks at what was sent. Known once the project's settings are. */
  mask?: Enricher['mask'];
}
