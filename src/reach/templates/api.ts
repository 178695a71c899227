import type { EmailTemplate, RenderedEmail, TemplateFault, TemplateScope } from './contract.ts';

/** What other slices may call. */
export interface TemplatesApi {
  /** Faults with line and column, and the variables used, e.g. `person.city`. Costs one parse. */
  check(template: EmailTemplate): { faults: TemplateFault[]; variables: string[] };
  /**
   * Renders one mail: subject on one line, HTML, and the same as plain text. Parsed templates are kept in memory by content.
   * Throws `templates.broken_template` when it does not parse or breaks a limit while rendering.
   */
  render(template: EmailTemplate, scope: TemplateScope): RenderedEmail;
}
