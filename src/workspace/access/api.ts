import type { Guard } from '../../kernel/http/server.ts';

/** What the composition root may ask of access. `authenticate` and `authorise` stand before every route. */
export interface AccessApi extends Guard {
  /** Roles by permission, merged from all slices' doors. Until it is called, nobody is permitted anything. */
  setPermissions(permissions: Record<string, readonly string[]>): void;
  /**
   * The owner of the installation, created when there is none. `password` is given that one time only; once more when the first start broke off: the
   * owner has never signed in, owns no project, and a minute has passed. Safe to call from several processes at once.
   */
  ensureOwner(): Promise<{ memberId: string; email: string; password?: string }>;
}
