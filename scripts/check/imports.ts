import type { Check } from './check.ts';
import { projectFiles } from './files.ts';
import { type Graph, type Module, readGraph } from './graph.ts';

/** Floors, doors, circles and what the browser may reach; the rules stand in `.dependency-cruiser.mjs`. */
export const imports: Check = {
  name: 'imports',
  mend: 'See "Floors and slices" in ARCHITECTURE.md. There is no list of exceptions.',
  async find() {
    const graph = await readGraph();
    return [...unread(graph), ...graph.violations.map(describe), ...nodeInBrowser(graph)];
  },
};

/** A cruiser that cannot parse TypeScript finds nothing and is content; so every source file must be in the graph. */
function unread({ modules }: Graph): string[] {
  const seen = new Set(modules.filter((module) => /^(src|sdk)\//.test(module.source)).map((module) => module.source));
  const missing = projectFiles('src/**/*.{ts,tsx}', 'sdk/**/*.ts').filter((file) => !file.endsWith('.d.ts') && !seen.has(file));
  return missing.length === 0 ? [] : [`${missing.length} files were not read by dependency-cruiser, first ${missing.slice(0, 3).join(', ')}`];
}

function describe({ rule, from, to, cycle, comment }: Graph['violations'][number]): string {
  const way = cycle ? [from, ...cycle.map((step) => step.name)].join(' -> ') : `${from} -> ${to}`;
  return `${rule.name}: ${way}\n    ${comment}`;
}

function nodeInBrowser({ modules }: Graph): string[] {
  const byName = new Map(modules.map((module) => [module.source, module]));
  const starts = modules.filter(({ source }) => /^(src\/(console|.+\/console)|sdk\/web\/src)\//.test(source) && !/\.test\.tsx?$/.test(source));
  const faults = new Set<string>();
  for (const start of starts) {
    const way = findNode(start, byName);
    if (way) faults.add(`browser-without-node: ${way.join(' -> ')}\n    Screens and the browser SDK run in the browser, which has no Node modules.`);
  }
  return [...faults];
}

/** The shortest way from a screen to a module of Node, along imports that exist at run time. */
function findNode(start: Module, byName: ReadonlyMap<string, Module>): string[] | undefined {
  const ways = new Map([[start.source, [start.source]]]);
  for (const [name, way] of ways) {
    for (const { resolved, dependencyTypes } of byName.get(name)?.dependencies ?? []) {
      if (dependencyTypes.includes('type-only')) continue;
      if (dependencyTypes.includes('core')) return [...way, resolved];
      if (/^(src|sdk)\//.test(resolved) && !ways.has(resolved)) ways.set(resolved, [...way, resolved]);
    }
  }
  return undefined;
}
