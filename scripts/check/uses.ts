import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Check, root } from './check.ts';
import { projectFiles } from './files.ts';
import { readGraph } from './graph.ts';

/** A slice imports only slices that its door names in `uses`, and these names make no circle. */
export const uses: Check = {
  name: 'uses',
  mend: 'Name the slice in `uses` of the door (index.ts), or do without the import. Take out names that are not needed.',
  async find() {
    const doors = readDoors();
    const { modules } = await readGraph();
    const faults: string[] = [];
    for (const { source, dependencies } of modules) {
      const from = sliceOf(source);
      const door = from && doors.get(from);
      if (!door || /\.test\.tsx?$|\/testing\/|\/test\//.test(source)) continue;
      for (const { resolved } of dependencies) {
        const target = doors.get(sliceOf(resolved) ?? '');
        if (!target || target === door || source.includes('/console/')) continue;
        if (!door.uses.includes(target.name))
          faults.push(`${source} imports ${resolved}, but ${from}/index.ts does not name '${target.name}' in uses`);
      }
    }
    return [...faults, ...circles([...doors.values()])];
  },
};

interface Door {
  name: string;
  uses: string[];
}

function readDoors(): Map<string, Door> {
  const doors = new Map<string, Door>();
  for (const file of projectFiles('src/*/index.ts', 'src/*/*/index.ts')) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const name = /defineSlice[\s\S]*?\bname:\s*'([^']+)'/.exec(text)?.[1];
    const list = /defineSlice[\s\S]*?\buses:\s*\[([^\]]*)\]/.exec(text)?.[1];
    if (name && list !== undefined) doors.set(path.dirname(file), { name, uses: [...list.matchAll(/'([^']+)'/g)].map((match) => match[1] ?? '') });
  }
  return doors;
}

/** `src/know/segments/queries/x.ts` -> `src/know/segments`; `src/demo/x.ts` -> `src/demo`. */
function sliceOf(file: string): string | undefined {
  const parts = file.split('/');
  for (const length of [3, 2]) {
    const folder = parts.slice(0, length).join('/');
    if (parts.length > length && parts[0] === 'src' && existsSync(path.join(root, folder, 'index.ts'))) return folder;
  }
  return undefined;
}

function circles(doors: readonly Door[]): string[] {
  const byName = new Map(doors.map((door) => [door.name, door]));
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (name: string, way: readonly string[]): void => {
    if (way.includes(name)) {
      faults.push(`uses go in a circle: ${[...way.slice(way.indexOf(name)), name].join(' -> ')}`);
      return;
    }
    if (done.has(name)) return;
    for (const next of byName.get(name)?.uses ?? []) visit(next, [...way, name]);
    done.add(name);
  };
  for (const { name } of doors) visit(name, []);
  return faults;
}
