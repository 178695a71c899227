import { sql } from 'kysely';
import type { IdentityApi } from '../../collect/identity/index.ts';
import { type BoundRoute, handle } from '../../kernel/http/handle.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import { composedContent, messageIdOf, senderOf } from './compose-mail.ts';
import { optIn, optOut, refusalsAmong, suppress } from './consent.ts';
import * as contract from './contract.ts';
import { addressOf, sameAddress } from './decide.ts';
import type { GateParts } from './deliver.ts';
import type { MailServer } from './mail-server.ts';
import { asDelivery, findDeliveries, findDelivery } from './queries/list-deliveries.ts';
import { saveSettings, settingsOf } from './settings.ts';
import type { DeliveryRow, GateTables, SuppressionRow } from './tables.ts';

const { refuse } = contract;

export interface RouteParts extends GateParts {
  projects: ProjectsApi;
  identity: IdentityApi;
  audit: AuditApi;
  mailServer: MailServer | undefined;
  mailFrom: string;
  sendSoon: () => void;
}

export function routesOf(parts: RouteParts): BoundRoute[] {
  return [...deliveryRoutes(parts), ...settingsRoutes(parts), ...suppressionRoutes(parts), ...consentRoutes(parts)];
}

function deliveryRoutes(parts: RouteParts): BoundRoute[] {
  const db = parts.kernel.postgres.as<GateTables>();
  return [
    handle(contract.listDeliveries, ({ params, query }) => findDeliveries(params.projectId, query, db)),
    handle(contract.getDelivery, async ({ params }) => {
      const row = await findDelivery(params.projectId, params.deliveryId, db);
      if (!row) throw refuse('unknown_delivery');
      const settings = await settingsOf(params.projectId, db);
      return { ...asDelivery(row), ...composedContent(row), messageId: messageIdOf(row, senderOf(settings, parts.mailFrom).domain) };
    }),
    handle(contract.sendAgain, async ({ params, principal }) => {
      const row = await sendAgain(parts, params.projectId, params.deliveryId);
      await parts.audit.write({
        projectId: params.projectId,
        principal,
        action: 'gate.send_again',
        subject: `delivery:${row.id}`,
        details: { attempts: row.attempts },
      });
      parts.sendSoon();
      return asDelivery(row);
    }),
  ];
}

/** Makes a message due now. Only what surely is not on its way by itself, or is waiting, can be asked for again. */
async function sendAgain(parts: RouteParts, projectId: number, deliveryId: string): Promise<DeliveryRow> {
  const db = parts.kernel.postgres.as<GateTables>();
  const before = await findDelivery(projectId, deliveryId, db);
  if (!before) throw refuse('unknown_delivery');
  if (before.state === 'outbox' && !parts.mailServer) throw refuse('no_mail_server');
  const { rows } = await sql<DeliveryRow>`
    UPDATE deliveries SET state = 'queued', reason = NULL, send_at = ${new Date(parts.kernel.clock.now())}, handing_at = NULL, sent_at = NULL
    WHERE project_id = ${projectId} AND id = ${deliveryId} AND state IN ('queued', 'failed', 'unknown', 'outbox') RETURNING *`.execute(db);
  if (!rows[0]) throw refuse('not_sendable', { details: { state: before.state } });
  return rows[0];
}

function settingsRoutes(parts: RouteParts): BoundRoute[] {
  const db = parts.kernel.postgres.as<GateTables>();
  return [
    handle(contract.getDeliverySettings, async ({ params }) => {
      const project = await parts.projects.project(params.projectId);
      return {
        settings: await settingsOf(params.projectId, db),
        mailServer: { isConfigured: parts.mailServer !== undefined, host: parts.mailServer?.host ?? null, from: parts.mailFrom },
        timeZone: project?.timeZone ?? 'UTC',
      };
    }),
    handle(contract.putDeliverySettings, async ({ params, body, principal }) => {
      await parts.kernel.postgres.transaction(async (tx) => {
        await saveSettings(params.projectId, body, tx);
        await parts.audit.write(
          { projectId: params.projectId, principal, action: 'gate.put_settings', subject: 'delivery-settings', details: body },
          tx,
        );
      });
      return settingsOf(params.projectId, db);
    }),
  ];
}

function suppressionRoutes(parts: RouteParts): BoundRoute[] {
  const db = parts.kernel.postgres.as<GateTables>();
  const shown = (row: SuppressionRow) => ({ address: row.address, reason: row.reason, detail: row.detail, createdAt: row.created_at.toISOString() });
  return [
    handle(contract.listSuppressions, async ({ params, query }) => {
      const { rows } = await sql<SuppressionRow>`
        SELECT * FROM suppressions WHERE project_id = ${params.projectId} AND strpos(address, ${sameAddress(query.search ?? '')}) > 0
        ORDER BY created_at DESC, address LIMIT ${query.limit}`.execute(db);
      return { items: rows.map(shown) };
    }),
    handle(contract.addSuppression, async ({ params, body, principal }) => {
      const address = sameAddress(body.address);
      await suppress({ projectId: params.projectId, address, reason: 'manual', detail: null, at: parts.kernel.clock.now() }, db);
      await parts.audit.write({ projectId: params.projectId, principal, action: 'gate.add_suppression', subject: 'suppression' });
      const { rows } = await sql<SuppressionRow>`SELECT * FROM suppressions WHERE project_id = ${params.projectId} AND address = ${address}`.execute(
        db,
      );
      if (!rows[0]) throw refuse('unknown_suppression');
      return shown(rows[0]);
    }),
    handle(contract.removeSuppression, async ({ params, principal }) => {
      const { rows } = await sql`
        DELETE FROM suppressions WHERE project_id = ${params.projectId} AND address = ${sameAddress(params.address)} RETURNING address`.execute(db);
      if (rows.length === 0) throw refuse('unknown_suppression');
      await parts.audit.write({ projectId: params.projectId, principal, action: 'gate.remove_suppression', subject: 'suppression' });
      return undefined;
    }),
  ];
}

function consentRoutes(parts: RouteParts): BoundRoute[] {
  const db = parts.kernel.postgres.as<GateTables>();
  const shown = async (projectId: number, personId: number) => {
    const person = await parts.identity.person(projectId, personId);
    if (!person) throw refuse('unknown_person');
    const address = addressOf(person.traits) ?? null;
    const refusal = (await refusalsAmong(projectId, 'email', [{ personId: person.personId, address }], db))({ personId: person.personId, address });
    return {
      items: [
        {
          channel: 'email' as const,
          isOptedOut: refusal !== undefined,
          at: refusal?.createdAt.toISOString() ?? null,
          source: refusal?.source ?? null,
        },
      ],
    };
  };
  return [
    handle(contract.getConsent, ({ params }) => shown(params.projectId, params.personId)),
    handle(contract.putConsent, async ({ params, body, principal }) => {
      const person = await parts.identity.person(params.projectId, params.personId);
      if (!person) throw refuse('unknown_person');
      const who = { projectId: params.projectId, personId: person.personId, channel: body.channel, address: addressOf(person.traits) ?? null };
      if (body.isOptedOut) await optOut({ ...who, source: 'member', at: parts.kernel.clock.now() }, db);
      else await optIn(who, db);
      await parts.audit.write({
        projectId: params.projectId,
        principal,
        action: 'gate.put_consent',
        subject: `person:${person.personId}`,
        details: body,
      });
      return shown(params.projectId, params.personId);
    }),
  ];
}
