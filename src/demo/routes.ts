import { type BoundRoute, handle } from '../kernel/http/handle.ts';
import type { Kernel } from '../kernel/slice.ts';
import type { AuditApi } from '../workspace/audit/index.ts';
import { type Demo, getDemo, refuseDemo, setLive } from './contract.ts';
import type { DemoProject, DemoStore } from './demo-store.ts';

/** When this process first saw an import and how far it was then, to tell the time left. */
const seen = new Map<number, { at: number; done: number }>();

export function demoRoutes(parts: { kernel: Kernel; store: DemoStore; audit: AuditApi }): BoundRoute[] {
  const { kernel, store, audit } = parts;
  return [
    handle(getDemo, async ({ params }) => present(await store.get(params.projectId), kernel.clock.now())),
    handle(setLive, async ({ params, body, principal }) => {
      const { projectId } = params;
      const demo = await store.get(projectId);
      if (!demo) throw refuseDemo('not_a_demo');
      if (demo.state !== 'ready') throw refuseDemo('not_ready');
      await store.setLive(projectId, body.isLive);
      await audit.write({ projectId, principal, action: 'demo.set_live', subject: `project:${projectId}`, details: { isLive: body.isLive } });
      kernel.bus.publish('demo', { projectId });
      return present(await store.get(projectId), kernel.clock.now());
    }),
  ];
}

function present(demo: DemoProject | undefined, now: number): Demo {
  if (!demo) return { state: 'none', total: 0, done: 0, secondsLeft: null, isLive: false };
  const { state, total, done, isLive } = demo;
  return { state, total, done, secondsLeft: state === 'importing' ? secondsLeft(demo, now) : null, isLive };
}

function secondsLeft(demo: DemoProject, now: number): number | null {
  const first = seen.get(demo.projectId);
  if (!first) {
    seen.set(demo.projectId, { at: now, done: demo.done });
    return null;
  }
  const perMs = (demo.done - first.done) / Math.max(1, now - first.at);
  return perMs > 0 ? Math.ceil((demo.total - demo.done) / perMs / 1_000) : null;
}
