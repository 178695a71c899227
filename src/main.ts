import { join } from 'node:path';
import { door as enrichment } from './collect/enrichment/index.ts';
import { door as exports } from './collect/exports/index.ts';
import { door as gateway } from './collect/gateway/index.ts';
import { door as identity } from './collect/identity/index.ts';
import { door as imports } from './collect/imports/index.ts';
import { door as items } from './collect/items/index.ts';
import { door as pulls } from './collect/pulls/index.ts';
import { door as retention } from './collect/retention/index.ts';
import { door as sources } from './collect/sources/index.ts';
import { door as stream } from './collect/stream/index.ts';
import { door as trackingPlan } from './collect/tracking-plan/index.ts';
import { door as demo } from './demo/index.ts';
import { type AnySlice, boot } from './kernel/boot/boot.ts';
import { run } from './kernel/boot/run.ts';
import { door as audiences } from './know/audiences/index.ts';
import { door as insights } from './know/insights/index.ts';
import { door as people } from './know/people/index.ts';
import { door as segments } from './know/segments/index.ts';
import { door as scorecards } from './prove/scorecards/index.ts';
import { door as gate } from './reach/gate/index.ts';
import { door as journeys } from './reach/journeys/index.ts';
import { door as templates } from './reach/templates/index.ts';
import { door as operations } from './try/operations/index.ts';
import { door as access } from './workspace/access/index.ts';
import { door as audit } from './workspace/audit/index.ts';
import { createFirstRun, guardOf } from './workspace/first-run/index.ts';
import { door as projects } from './workspace/projects/index.ts';

/** Every slice, lower floors first. Deleting a line (and its folder) leaves a product without that capability. */
export const slices: readonly AnySlice[] = [
  audit,
  projects,
  access,
  identity,
  stream,
  retention,
  enrichment,
  items,
  trackingPlan,
  gateway,
  sources,
  imports,
  pulls,
  exports,
  audiences,
  segments,
  people,
  insights,
  operations,
  templates,
  gate,
  journeys,
  scorecards,
  demo,
];

if (import.meta.main)
  await run((parts) =>
    boot({ ...parts, slices, guard: guardOf, prepare: createFirstRun, consoleFolder: join(import.meta.dirname, '..', 'dist', 'console') }),
  );
