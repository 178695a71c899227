import { type QueryExecutorProvider, sql } from 'kysely';
import { z } from 'zod';
import type { IdentityApi } from '../../collect/identity/index.ts';
import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { OperationsApi } from '../../try/operations/index.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { GateApi } from './api.ts';
import { refuse } from './contract.ts';
import { decide } from './decide.ts';
import { deliverMany, type GateParts, groundFor } from './deliver.ts';
import { openMailServer } from './mail-server.ts';
import { countDeliveries } from './queries/count-deliveries.ts';
import { findDeliveries } from './queries/list-deliveries.ts';
import { routesOf } from './routes.ts';
import { SEND_TOPIC, Sender } from './sender.ts';
import { signedWith } from './unsubscribe-link.ts';
import { unsubscribePage } from './unsubscribe-page.ts';

export type { DeliveryDecision, DeliveryRequest, GateApi } from './api.ts';

const everybody = ['owner', 'admin', 'analyst', 'operator', 'viewer'] as const;

export const configSchema = z.object({
  PERENNIAL_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^/\s]+/, 'must begin with smtp:// or smtps://')
    .optional()
    .describe('Mail server, smtp://user:password@host:port or smtps://…; absent: mails stay in the built-in outbox.'),
  PERENNIAL_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*(<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)\s*$/, 'must be an address, or Name <address>')
    .default('Perennial <no-reply@localhost>')
    .describe('Sender of mails, where a project has none of its own.'),
});

/** The one way to people: decides on every message, writes the reason, and hands mails to the mail server exactly once. */
export const door = defineSlice({
  name: 'gate',
  folder: import.meta.dirname,
  uses: ['projects', 'identity', 'stream', 'operations', 'templates', 'audit'],
  config: configSchema,
  permissions: {
    'gate.read': everybody,
    'gate.write': ['owner', 'admin', 'operator'],
    'gate.send': ['owner', 'admin', 'operator'],
  },
  errors: [refuse],
  start({
    kernel,
    config,
    uses,
  }: {
    kernel: Kernel;
    config: z.output<typeof configSchema>;
    uses: {
      projects: ProjectsApi;
      identity: IdentityApi;
      stream: unknown;
      operations: OperationsApi;
      templates: unknown;
      audit: AuditApi;
    };
  }) {
    const links = signedWith(kernel.secret, kernel.publicUrl);
    const mailServer = config.PERENNIAL_SMTP_URL ? openMailServer(config.PERENNIAL_SMTP_URL) : undefined;
    const parts: GateParts = { kernel, operations: uses.operations };
    const sender = new Sender({ ...parts, mailServer, mailFrom: config.PERENNIAL_MAIL_FROM, links });
    const sendSoon = (): void => {
      if (kernel.roles.has('worker')) sender.wake();
      else kernel.bus.publish(SEND_TOPIC, {});
    };
    const api: GateApi = {
      deliver: async (request, tx) => {
        const [decision] = await deliverMany(parts, [request], tx);
        if (!decision) throw new Error('the gate gave no decision');
        return decision;
      },
      deliverMany: (requests, tx) => deliverMany(parts, requests, tx),
      cancel,
      join,
      foresee: async (request) => {
        const groundOf = await groundFor(parts, request.projectId, [request], kernel.postgres.as<object>());
        return decide(request, groundOf(request));
      },
      counts: (projectId, operation, variant) => countDeliveries(projectId, { operation, variant }, kernel.postgres.as<object>()),
      find: (projectId, filter) => findDeliveries(projectId, filter, kernel.postgres.as<object>(), false),
      sendSoon,
      sendDue: () => sender.sendDue(),
    };
    return {
      api,
      services: [sender],
      plugins: [unsubscribePage(kernel, links)],
      routes: routesOf({ ...parts, ...uses, mailServer, mailFrom: config.PERENNIAL_MAIL_FROM, sendSoon }),
    };
  },
});

/** What is still queued under these keys is skipped; what a sender holds already goes out. */
async function cancel(projectId: number, cancelKeys: readonly string[], tx: QueryExecutorProvider): Promise<number> {
  if (cancelKeys.length === 0) return 0;
  const { rows } = await sql`
    UPDATE deliveries SET state = 'skipped', reason = 'cancelled', send_at = NULL
    WHERE project_id = ${projectId} AND cancel_key = ANY(${cancelKeys}::text[]) AND state = 'queued' RETURNING id`.execute(tx);
  return rows.length;
}

async function join(projectId: number, { loser, winner }: { loser: number; winner: number }, tx: QueryExecutorProvider): Promise<void> {
  await sql`UPDATE deliveries SET person_id = ${winner} WHERE project_id = ${projectId} AND person_id = ${loser}`.execute(tx);
  await sql`
    INSERT INTO opt_outs SELECT project_id, channel, ${winner}::bigint, address, source, created_at FROM opt_outs
    WHERE project_id = ${projectId} AND person_id = ${loser} ON CONFLICT DO NOTHING`.execute(tx);
}
