import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';

/** Longest subject in Liquid, in characters. */
export const subjectSizeMax = 500;
/** Longest body in Liquid, in characters. */
export const bodySizeMax = 200_000;

/** A mail as it is written: both parts are Liquid; the body is HTML, or plain text whose line breaks are kept. */
export const emailTemplateSchema = z.object({
  subject: z.string().max(subjectSizeMax),
  body: z.string().max(bodySizeMax),
});
export type EmailTemplate = z.infer<typeof emailTemplateSchema>;

/** A fault of a template: which part, where (lines and columns count from 1), and the parser's words. */
export const templateFaultSchema = z.object({
  part: z.enum(['subject', 'body']),
  line: z.number().int(),
  column: z.number().int(),
  message: z.string(),
});
export type TemplateFault = z.infer<typeof templateFaultSchema>;

/** A mail as one person gets it. */
export const renderedEmailSchema = z.object({ subject: z.string(), html: z.string(), text: z.string() });
export type RenderedEmail = z.infer<typeof renderedEmailSchema>;

/** What a template may name: `person.<trait>`, `event.<property>`, `project.name`. */
export interface TemplateScope {
  person: Record<string, unknown>;
  event: Record<string, unknown>;
  project: { id: number; name: string };
}

export const checkTemplate = defineRoute({
  id: 'templates.check_template',
  method: 'POST',
  path: '/api/projects/:projectId/templates/check',
  summary: 'Parses a mail and answers its faults with line and column, and the variables that it uses.',
  access: 'templates.read',
  params: projectParams,
  body: emailTemplateSchema,
  reply: z.object({ faults: z.array(templateFaultSchema), variables: z.array(z.string()) }),
});

export const previewTemplate = defineRoute({
  id: 'templates.preview_template',
  method: 'POST',
  path: '/api/projects/:projectId/templates/preview',
  summary: 'Renders a mail for one person, or for nobody in particular, without sending it.',
  access: 'templates.read',
  params: projectParams,
  body: emailTemplateSchema.extend({
    personId: z.number().int().min(1).max(4_294_967_295).optional(),
    event: z.record(z.string(), z.unknown()).optional(),
  }),
  reply: z.object({ faults: z.array(templateFaultSchema), email: renderedEmailSchema.nullable() }),
});

export const refuse = defineErrors('templates', {
  broken_template: { status: 400, message: 'the template does not parse' },
  unknown_person: { status: 404, message: 'no such person in this project' },
});
