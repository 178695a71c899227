import { compile } from 'html-to-text';
import type { Template } from 'liquidjs';
import { type EmailTemplate, type RenderedEmail, refuse, type TemplateFault, type TemplateScope } from './contract.ts';
import { faultOf, htmlEngine, parse, textEngine, variablesOf } from './engine.ts';

const REMEMBERED_MAX = 300;
const SUBJECT_SIZE_MAX = 900;

/** What the gate replaces by the person's own link; templates write it as `{{ unsubscribe_url }}`. */
export const UNSUBSCRIBE_PLACEHOLDER = '%%unsubscribe_url%%';

const withoutUppercase = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } }));
const toText = compile({
  wordwrap: false,
  selectors: [
    ...withoutUppercase,
    { selector: 'table', options: { uppercaseHeaderCells: false } },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'img', format: 'skip' },
  ],
});

interface ParsedEmail {
  subject: Template[];
  body: Template[];
  /** The body as a plain-text template; undefined when turning it into text broke its Liquid: then the rendered HTML is turned. */
  text: Template[] | undefined;
  isHtml: boolean;
}

const remembered = new Map<string, ParsedEmail>();

/** Faults of both parts, and the variables that they read. */
export function checkEmail(template: EmailTemplate): { faults: TemplateFault[]; variables: string[] } {
  const faults: TemplateFault[] = [];
  const variables = new Set<string>();
  for (const [engine, source, part] of [
    [textEngine, template.subject, 'subject'],
    [htmlEngine, template.body, 'body'],
  ] as const) {
    const result = parse(engine, source, part);
    if ('fault' in result) faults.push(result.fault);
    else for (const name of variablesOf(engine, result.template)) variables.add(name);
  }
  return { faults, variables: [...variables].sort() };
}

/** Renders a mail for one person. Throws `templates.broken_template`. */
export function renderEmail(template: EmailTemplate, scope: TemplateScope): RenderedEmail {
  const parsed = parsedEmail(template);
  const variables = { ...scope, unsubscribe_url: UNSUBSCRIBE_PLACEHOLDER };
  const run = (engine: typeof textEngine, part: Template[], name: TemplateFault['part']): string => {
    try {
      return engine.renderSync(part, variables) as string;
    } catch (error) {
      throw broken(faultOf(error, name));
    }
  };
  const subject = run(textEngine, parsed.subject, 'subject').replace(/\s+/g, ' ').trim().slice(0, SUBJECT_SIZE_MAX);
  const body = run(htmlEngine, parsed.body, 'body');
  const html = parsed.isHtml ? asDocument(body) : asDocument(paragraphs(body));
  return { subject, html, text: parsed.text ? run(textEngine, parsed.text, 'body').trim() : toText(html) };
}

function parsedEmail(template: EmailTemplate): ParsedEmail {
  const key = `${template.subject}\0${template.body}`;
  const known = remembered.get(key);
  if (known) return known;
  const subject = parse(textEngine, template.subject, 'subject');
  if ('fault' in subject) throw broken(subject.fault);
  const body = parse(htmlEngine, template.body, 'body');
  if ('fault' in body) throw broken(body.fault);
  const isHtml = /<[a-z!][^>]*>/i.test(template.body);
  const text = parse(textEngine, isHtml ? toText(template.body) : template.body, 'body');
  const parsed = { subject: subject.template, body: body.template, text: 'fault' in text ? undefined : text.template, isHtml };
  if (remembered.size >= REMEMBERED_MAX) remembered.delete(remembered.keys().next().value ?? '');
  remembered.set(key, parsed);
  return parsed;
}

function broken(fault: TemplateFault): Error {
  return refuse('broken_template', {
    details: { ...fault },
    issues: [{ path: `body.${fault.part}`, message: `${fault.line}:${fault.column} ${fault.message}` }],
  });
}

/** Plain text as HTML: an empty line parts paragraphs, a line break stays one. The values in it are escaped already. */
function paragraphs(text: string): string {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>\n')}</p>`)
    .join('\n');
}

function asDocument(body: string): string {
  if (/<html[\s>]/i.test(body)) return body;
  return `<!doctype html>\n<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>\n<body>${body}</body></html>`;
}
