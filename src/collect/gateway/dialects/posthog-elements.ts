import { isObject } from '../read-body.ts';
import { said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

/** What an automatic event says of the element that was acted on, in the words of `$click`: the innermost of the chain. */
export function elementOf(sent: Fields): Fields | undefined {
  const innermost = Array.isArray(sent.$elements) && isObject(sent.$elements[0]) ? fromObject(sent.$elements[0]) : fromChain(sent.$elements_chain);
  return said({ ...innermost, element_text: textOf(sent.$el_text) ?? innermost?.element_text, element_href: innermost?.element_href });
}

function fromObject(element: Fields): Fields {
  return {
    element_tag: element.tag_name,
    element_text: element.$el_text,
    element_id: element.attr__id ?? element.attr_id,
    element_class: Array.isArray(element.classes) ? element.classes.join(' ') : element.attr__class,
    element_name: element.attr__name,
    element_type: element.attr__type,
    element_href: element.attr__href ?? element.href,
  };
}

/** `button.primary:attr__id="pay"nth-child="1"text="Pay";div:...`: parts by `;`, the innermost first, quotes inside values escaped. */
function fromChain(chain: unknown): Fields | undefined {
  if (typeof chain !== 'string' || chain === '') return undefined;
  const tag = /^[^.:;]+/.exec(chain)?.[0];
  const first = /^(?:[^";]|"(?:[^"\\]|\\.)*")*/.exec(chain)?.[0] ?? '';
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of first.matchAll(/([\w-]+)="((?:[^"\\]|\\.)*)"/g)) attributes.set(name, value.replace(/\\(.)/g, '$1'));
  const classes = /^[^.:;]+((?:\.[^.:;"]+)+)/.exec(chain)?.[1]?.slice(1).replaceAll('.', ' ');
  return {
    element_tag: tag,
    element_text: attributes.get('text'),
    element_id: attributes.get('attr__id') ?? attributes.get('attr_id'),
    element_class: attributes.get('attr__class') ?? classes,
    element_name: attributes.get('attr__name'),
    element_type: attributes.get('attr__type'),
    element_href: attributes.get('href') ?? attributes.get('attr__href'),
  };
}
