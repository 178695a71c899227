import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelConfig } from '../../kernel/config/config.ts';
import type { Guard } from '../../kernel/http/server.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { AccessApi } from '../access/index.ts';
import type { ProjectsApi } from '../projects/index.ts';

/** The guard of the HTTP server, made of `access` and the permissions that all slices declare. */
export function guardOf(apis: ReadonlyMap<string, unknown>, permissions: Record<string, readonly string[]>): Guard {
  const access = apis.get('access') as AccessApi;
  access.setPermissions(permissions);
  return access;
}

/** A slice above that fills the first project; it is told which one. */
interface Filler {
  fill(projectId: number): Promise<void>;
}

/**
 * On the first start of an installation: creates the owner and the first project, and writes `first-run.json` (mode 600) into the data folder with
 * `url`, `email`, `password`, `projectId`, `writeKey` and `secretKey`. Later starts change nothing.
 */
export async function createFirstRun(product: { kernel: Kernel; config: KernelConfig; apis: ReadonlyMap<string, unknown> }): Promise<void> {
  const { kernel, config, apis } = product;
  const access = apis.get('access') as AccessApi;
  const projects = apis.get('projects') as ProjectsApi;
  const owner = await access.ensureOwner();
  const file = join(kernel.dataFolder, 'first-run.json');
  if (owner.password !== undefined) {
    const write = (contents: object): void => writeFileSync(file, `${JSON.stringify(contents, null, 2)}\n`, { mode: 0o600 });
    const account = { url: kernel.publicUrl, email: owner.email, password: owner.password };
    // The password exists nowhere else: it is kept before anything more can go wrong.
    write(account);
    const name = config.hasDemo ? 'Perennial Market 常青超市' : 'My project';
    const { project, writeKey, secretKey } = await projects.create({
      name,
      timeZone: localTimeZone(),
      ownerMemberId: owner.memberId,
      isDemo: config.hasDemo,
    });
    write({ ...account, projectId: project.id, writeKey, secretKey });
    if (config.hasDemo) await (apis.get('demo') as Filler | undefined)?.fill(project.id);
    process.stdout.write(`\n  Console   ${kernel.publicUrl}\n  Sign in   ${owner.email}\n  Password  ${owner.password}\n  (kept in ${file})\n\n`);
  } else process.stdout.write(`\n  Console   ${kernel.publicUrl}\n  Sign in   ${owner.email} (the first password is in ${file})\n\n`);
}

function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}
