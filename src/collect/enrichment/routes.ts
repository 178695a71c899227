import { type BoundRoute, handle, type Principal } from '../../kernel/http/handle.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import { refuse as refuseProject } from '../../workspace/projects/contract.ts';
import { resetChannelRulesOf, saveChannelRules } from './channels/channel-table.ts';
import { checkRules } from './channels/check-rules.ts';
import { defaultChannelRules } from './channels/default-rules.ts';
import {
  type ChannelRule,
  deletePersonalRule,
  deleteRate,
  getChannelRules,
  getCollectionSettings,
  getPersonal,
  getQuality,
  importRates,
  listRates,
  putChannelRules,
  putCollectionSettings,
  putPersonalRule,
  putRate,
  refuseEnrichment,
  resetChannelRules,
  testEnrichment,
} from './contract.ts';
import { builtInRates } from './currency/built-in-rates.ts';
import { importRatesCsv, removeRate, saveRate } from './currency/rate-table.ts';
import type { Enrichment } from './enrichment.ts';
import { findingsOf, removePersonalRule, savePersonalRule } from './personal/personal-rules.ts';
import type { Profile } from './profiles.ts';
import { listRatesOf } from './queries/list-rates.ts';
import { qualityReport } from './queries/quality-report.ts';
import { saveSettings, settingsOf, touchSettings } from './settings.ts';
import { tryOut } from './try-out.ts';

const RANGE_MAX_MS = 92 * 86_400_000;

export interface RouteParts {
  kernel: Kernel;
  enrichment: Enrichment;
  audit: AuditApi;
}

/** Everything that the screens of collection settings and data quality ask. */
export function enrichmentRoutes(parts: RouteParts): BoundRoute[] {
  return [...settingsRoutes(parts), ...channelRoutes(parts), ...rateRoutes(parts), ...personalRoutes(parts), qualityRoute(parts)];
}

function tools({ kernel, enrichment, audit }: RouteParts) {
  return {
    db: kernel.postgres.as<object>(),
    now: () => kernel.clock.now(),
    profile: async (projectId: number): Promise<Profile> => {
      const profile = await enrichment.profiles.get(projectId);
      if (!profile) throw refuseProject('unknown_project');
      return profile;
    },
    changed: async (projectId: number, principal: Principal, { action, details }: { action: string; details: object }): Promise<void> => {
      enrichment.profiles.changed(projectId);
      await audit.write({ projectId, principal, action: `enrichment.${action}`, subject: `project:${projectId}`, details: { ...details } });
    },
  };
}

function settingsRoutes(parts: RouteParts): BoundRoute[] {
  const { db, now, changed, profile } = tools(parts);
  return [
    handle(getCollectionSettings, async ({ params }) => (await settingsOf(db, params.projectId, now())).settings),
    handle(putCollectionSettings, async ({ params, body, principal }) => {
      const before = (await settingsOf(db, params.projectId, now())).settings;
      await saveSettings(db, params.projectId, body, now());
      await changed(params.projectId, principal, { action: 'put_settings', details: { before, after: body } });
      return body;
    }),
    handle(testEnrichment, async ({ params, body }) => {
      if (body.rules) checkRules(body.rules);
      return tryOut(body, await profile(params.projectId), parts.enrichment.tools, now());
    }),
  ];
}

function channelRoutes(parts: RouteParts): BoundRoute[] {
  const { db, now, changed } = tools(parts);
  const table = (own: readonly ChannelRule[] | undefined) => ({ rules: [...(own ?? defaultChannelRules)], isOwn: own !== undefined });
  return [
    handle(getChannelRules, async ({ params }) => table(await parts.enrichment.profiles.channelRulesOf(params.projectId))),
    handle(putChannelRules, async ({ params, body, principal }) => {
      await saveChannelRules(db, params.projectId, body.rules, now());
      await changed(params.projectId, principal, { action: 'put_channel_rules', details: { channels: body.rules.map((rule) => rule.channel) } });
      return table(body.rules);
    }),
    handle(resetChannelRules, async ({ params, principal }) => {
      await resetChannelRulesOf(db, params.projectId);
      await changed(params.projectId, principal, { action: 'reset_channel_rules', details: {} });
      return table(undefined);
    }),
  ];
}

function rateRoutes(parts: RouteParts): BoundRoute[] {
  const { db, now, changed, profile } = tools(parts);
  const ratesChanged: typeof changed = async (projectId, principal, what) => {
    await touchSettings(db, projectId, now());
    await changed(projectId, principal, what);
  };
  const { day, source, base, rates } = builtInRates;
  const builtIn = { day, source, currencies: [base, ...Object.keys(rates)] };
  return [
    handle(listRates, async ({ params, query }) => ({
      ...(await listRatesOf(db, params.projectId, query)),
      projectCurrency: (await profile(params.projectId)).currency,
      builtIn,
    })),
    handle(putRate, async ({ params, body, principal }) => {
      await saveRate(db, params.projectId, body);
      await ratesChanged(params.projectId, principal, { action: 'put_rate', details: body });
      return undefined;
    }),
    handle(deleteRate, async ({ params, query, principal }) => {
      await removeRate(db, params.projectId, query);
      await ratesChanged(params.projectId, principal, { action: 'delete_rate', details: query });
      return undefined;
    }),
    handle(importRates, async ({ params, body, principal }) => {
      const imported = await importRatesCsv(db, params.projectId, body.csv);
      const { read, changed: count, firstDay, lastDay } = imported;
      await ratesChanged(params.projectId, principal, { action: 'import_rates', details: { read, changed: count, firstDay, lastDay } });
      return imported;
    }),
  ];
}

function personalRoutes(parts: RouteParts): BoundRoute[] {
  const { db, now, changed } = tools(parts);
  return [
    handle(getPersonal, async ({ params }) => {
      await parts.enrichment.flush();
      const rules = await parts.enrichment.profiles.personalRulesOf(params.projectId);
      const decided = new Set(rules.map(({ place, name }) => `${place}:${name}`));
      const findings = await findingsOf(db, params.projectId);
      return { rules, findings: findings.filter(({ place, name }) => !decided.has(`${place}:${name}`)) };
    }),
    handle(putPersonalRule, async ({ params, body, principal }) => {
      await savePersonalRule(db, params.projectId, body, now());
      await changed(params.projectId, principal, { action: 'put_personal_rule', details: body });
      return undefined;
    }),
    handle(deletePersonalRule, async ({ params, query, principal }) => {
      await removePersonalRule(db, params.projectId, query);
      await changed(params.projectId, principal, { action: 'delete_personal_rule', details: query });
      return undefined;
    }),
  ];
}

function qualityRoute(parts: RouteParts): BoundRoute {
  const { db, profile } = tools(parts);
  return handle(getQuality, async ({ params, query }) => {
    const fromMs = Date.parse(query.from);
    const toMs = Date.parse(query.to);
    if (toMs <= fromMs || toMs - fromMs > RANGE_MAX_MS) throw refuseEnrichment('range_invalid');
    // What this process counted a moment ago is part of the answer.
    await parts.enrichment.flush();
    const { dayOf } = await profile(params.projectId);
    return qualityReport(db, params.projectId, { fromMs, toMs, unit: query.unit, client: query.client, dayOf });
  });
}
