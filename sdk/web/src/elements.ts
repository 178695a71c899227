import { maskText, maskUrl } from './masking.ts';
import type { Properties } from './types.ts';

const clickable =
  'a[href],area[href],button,summary,[role=button],[role=link],[role=tab],[role=menuitem],[role=option],[role=checkbox],[role=switch],[onclick],input,select,textarea,label';
const fields = 'input,select,textarea,[contenteditable=""],[contenteditable=true]';
const levelsMax = 6;
const nameLengthMax = 100;

/** The element that a click was meant for; undefined where the page asked not to look (`data-perennial-ignore`). */
export function targetOf(event: Event): { element: Element; isClickable: boolean } | undefined {
  // Inside shadow roots `target` is only the host.
  const first = typeof event.composedPath === 'function' ? event.composedPath()[0] : event.target;
  const start = first instanceof Element ? first : (first as Node | null)?.parentElement;
  if (!start || isInside(start, '[data-perennial-ignore]')) return undefined;
  const element = start.closest(clickable);
  return element ? { element, isClickable: true } : { element: start, isClickable: false };
}

/** Whether the element, or one around it through all shadow roots, is like that. */
function isInside(element: Element, selector: string): boolean {
  for (let at: Element | undefined = element; at; at = (at.getRootNode() as ShadowRoot).host) if (at.closest(selector)) return true;
  return false;
}

/** What is told of an element: never a value, never the text of something to fill in, never what stands inside `data-perennial-mask`. */
export function describe(element: Element): Properties {
  const isMasked = isInside(element, '[data-perennial-mask]');
  const isField = element.matches(fields) || isInside(element, fields);
  const told: Properties = { element_tag: element.tagName.toLowerCase(), element_selector: selectorOf(element) };
  const attributes: [string, string | null][] = [
    ['element_id', element.id],
    ['element_class', element.getAttribute('class')],
    ['element_name', element.getAttribute('name')],
    ['element_type', element.getAttribute('type')],
    ['element_role', element.getAttribute('role')],
    ['element_label', isMasked ? null : element.getAttribute('aria-label')],
  ];
  for (const [name, value] of attributes) if (typeof value === 'string' && value !== '') told[name] = maskText(value);
  const href = (element as HTMLAnchorElement).href;
  if (!isMasked && typeof href === 'string' && href !== '') told.element_href = maskUrl(href);
  const text = isMasked || isField ? '' : maskText(textOf(element));
  if (text !== '') told.element_text = text;
  return told;
}

/** Visible text without what is masked, ignored or to be filled in. */
function textOf(element: Element): string {
  let text = '';
  for (const child of Array.from(element.childNodes)) {
    if (text.length > 400) break;
    if (child.nodeType === 3) text += child.nodeValue ?? '';
    else if (child instanceof Element && !child.matches(`script,style,noscript,[data-perennial-mask],[data-perennial-ignore],${fields}`))
      text += ` ${textOf(child)} `;
  }
  return text;
}

/** `main > form#pay > button.primary`: the way down to it, from the nearest id. */
function selectorOf(element: Element): string {
  const parts: string[] = [];
  for (let at: Element | null = element; at && parts.length < levelsMax; at = at.parentElement) {
    const { id } = at;
    if (id) {
      parts.unshift(`${at.tagName.toLowerCase()}#${maskText(id)}`);
      break;
    }
    const [first] = Array.from(at.classList);
    parts.unshift(at.tagName.toLowerCase() + (first ? `.${first.slice(0, nameLengthMax)}` : place(at)));
  }
  return parts.join(' > ');
}

/** `:nth-of-type(2)` where brothers of the same kind are there. */
function place(element: Element): string {
  const brothers = Array.from(element.parentElement?.children ?? []).filter((other) => other.tagName === element.tagName);
  return brothers.length > 1 ? `:nth-of-type(${brothers.indexOf(element) + 1})` : '';
}
