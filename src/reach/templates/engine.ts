import { Liquid, type LiquidError, type Template } from 'liquidjs';
import type { TemplateFault } from './contract.ts';

/** Longest text, milliseconds and bytes that one template may cost; a loop over 10^8 numbers ends at once. */
const PARSE_SIZE_MAX = 400_000;
const RENDER_MAX_MS = 500;
const MEMORY_MAX = 20_000_000;
const TAGS_THAT_READ_FILES = ['include', 'render', 'layout', 'block'];

const options = {
  ownPropertyOnly: true,
  strictFilters: true,
  parseLimit: PARSE_SIZE_MAX,
  renderLimit: RENDER_MAX_MS,
  memoryLimit: MEMORY_MAX,
  templates: {},
};

function sandboxed(engine: Liquid): Liquid {
  for (const tag of TAGS_THAT_READ_FILES)
    engine.registerTag(tag, {
      parse() {
        throw new Error(`tag "${tag}" is not available`);
      },
      render: () => '',
    });
  return engine;
}

/** Writes values as they are: subjects and plain text. */
export const textEngine = sandboxed(new Liquid(options));
/** Escapes values for HTML unless they pass the filter `raw`. */
export const htmlEngine = sandboxed(new Liquid({ ...options, outputEscape: 'escape' }));

/** Parses a template, or tells where it is broken. */
export function parse(engine: Liquid, source: string, part: TemplateFault['part']): { template: Template[] } | { fault: TemplateFault } {
  try {
    return { template: engine.parse(source) };
  } catch (error) {
    return { fault: faultOf(error, part) };
  }
}

/** Where and why Liquid gave up. */
export function faultOf(error: unknown, part: TemplateFault['part']): TemplateFault {
  const message = error instanceof Error ? error.message : String(error);
  const position = (error as Partial<LiquidError>).token?.getPosition?.();
  // The position is appended to the message for people who read logs; here it has fields of its own.
  const plain = message.replace(/, (line|file):.*$/s, '');
  return { part, line: position?.[0] ?? 1, column: position?.[1] ?? 1, message: plain };
}

/** Names that a parsed template reads, e.g. `person.city`; its own loop and assign variables are left out. */
export function variablesOf(engine: Liquid, template: Template[]): string[] {
  return engine.globalFullVariablesSync(template);
}
