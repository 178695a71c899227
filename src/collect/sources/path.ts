/** What a mapping reads: one item, the body it stands in, and the headers. */
export interface Telling {
  item: unknown;
  body: unknown;
  /** Lower case names. */
  headers: Readonly<Record<string, string>>;
}

type Step = { name: string } | { index: number } | { all: true };

const read = new Map<string, readonly Step[]>();
const READ_MAX = 2_000;

/** The value at a path of `pathSchema`; undefined when nothing stands there. `[]` gives the list of what its items have there. */
export function valueAt(path: string, telling: Telling): unknown {
  if (path === '') return undefined;
  if (path.startsWith('@')) return telling.headers[path.slice(1).toLowerCase()];
  const isOfBody = path === '$' || path.startsWith('$.') || path.startsWith('$[');
  const steps = stepsOf(isOfBody ? path.replace(/^\$\.?/, '') : path);
  return follow(isOfBody ? telling.body : telling.item, steps, 0);
}

function follow(value: unknown, steps: readonly Step[], from: number): unknown {
  let here = value;
  for (let place = from; place < steps.length; place += 1) {
    const step = steps[place];
    if (step === undefined || here === null || here === undefined) return undefined;
    if ('all' in step) {
      if (!Array.isArray(here)) return undefined;
      const found = here.map((item) => follow(item, steps, place + 1)).filter((part) => part !== undefined);
      return found.some(Array.isArray) ? found.flat() : found;
    }
    if ('index' in step) here = Array.isArray(here) ? here[step.index] : undefined;
    else here = typeof here === 'object' && Object.hasOwn(here, step.name) ? (here as Record<string, unknown>)[step.name] : undefined;
  }
  return here;
}

function stepsOf(path: string): readonly Step[] {
  const known = read.get(path);
  if (known) return known;
  const steps: Step[] = [];
  for (const [, name, bracket, index] of path.matchAll(/([^.[\]]+)|(\[(\d*)\])/g)) {
    if (name !== undefined) steps.push({ name });
    else if (bracket !== undefined) steps.push(index === '' || index === undefined ? { all: true } : { index: Number(index) });
  }
  if (read.size >= READ_MAX) read.clear();
  read.set(path, steps);
  return steps;
}

const PATHS_MAX = 300;

/** Every place of a body with the first value found there, in the order of the body; lists by their items. */
export function pathsOf(body: unknown): { path: string; value: unknown }[] {
  const found = new Map<string, unknown>();
  const walk = (value: unknown, path: string, depth: number): void => {
    if (found.size >= PATHS_MAX || depth > 8) return;
    if (Array.isArray(value)) {
      if (value.length > 0 && typeof value[0] !== 'object' && path !== '') note(path, value);
      for (const item of value.slice(0, 20)) if (typeof item === 'object') walk(item, `${path}[]`, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, part] of Object.entries(value))
        if (!/[.[\]@\s]|^\$/.test(name)) walk(part, path === '' ? name : `${path}.${name}`, depth + 1);
    } else if (path !== '') note(path, value);
  };
  const note = (path: string, value: unknown): void => {
    if (!found.has(path) || found.get(path) === null) found.set(path, value);
  };
  walk(body, '', 0);
  return [...found].map(([path, value]) => ({ path, value }));
}
