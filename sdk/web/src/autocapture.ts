import type { Client } from './client.ts';
import { deadClickWatch } from './dead-clicks.ts';
import { describe, targetOf } from './elements.ts';
import { maskUrl } from './masking.ts';
import type { Listen } from './page-views.ts';
import { rageDetector } from './rage.ts';
import type { AutocaptureOptions, Properties } from './types.ts';

/** Records clicks and sent forms by themselves. */
export function watchInteractions(client: Client, wanted: AutocaptureOptions, listen: Listen): void {
  const { clicks = true, forms = true, rageClicks = true, deadClicks = true } = wanted;
  const record = (event: string, properties: Properties): void => {
    const { url, path } = client.page();
    client.send({ type: 'track', event, properties: { ...client.kept('properties'), url, path, ...properties } });
  };
  const isRage = rageDetector();
  const watch = deadClicks ? deadClickWatch(client, listen) : undefined;
  if (clicks || rageClicks || deadClicks)
    listen(document, 'click', (given) => {
      const event = given as MouseEvent;
      const target = targetOf(event);
      // A label's click comes a second time, as that of its field, without a place.
      if (!target || (event.detail === 0 && target.element.matches('input'))) return;
      const properties = { ...describe(target.element), x: Math.round(event.clientX), y: Math.round(event.clientY) };
      if (clicks && target.isClickable) record('$click', properties);
      if (rageClicks && isRage({ x: event.clientX, y: event.clientY, at: client.environment.now() })) record('$rage_click', properties);
      if (target.isClickable) watch?.(target.element, event, () => record('$dead_click', properties));
    });
  if (forms)
    listen(document, 'submit', (event) => {
      const target = targetOf(event);
      const form = event.target;
      if (target && form instanceof HTMLFormElement) record('$form_submit', describeForm(form));
    });
}

/** Attributes by name: a field called `action` hides the property of that name. */
function describeForm(form: HTMLFormElement): Properties {
  const action = form.getAttribute('action');
  return {
    ...describe(form),
    element_text: undefined,
    form_method: (form.getAttribute('method') ?? 'get').toLowerCase(),
    ...(action && { form_action: maskUrl(action) }),
    form_fields: form.querySelectorAll('input:not([type=hidden]),select,textarea').length,
  };
}
