import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RawPlugin } from '../../kernel/http/server.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { optIn, optOut } from './consent.ts';
import en from './locales/en.json' with { type: 'json' };
import zh from './locales/zh-CN.json' with { type: 'json' };
import type { LinkSubject, UnsubscribeLinks } from './unsubscribe-link.ts';

const BODY_SIZE_MAX = 4_096;

/**
 * The public page behind the link of every marketing mail. GET shows it and changes nothing, because scanners open links; POST opts out
 * with one click, as mail programs send it (RFC 8058), or from the page's own button.
 */
export function unsubscribePage(kernel: Kernel, links: UnsubscribeLinks): RawPlugin {
  const db = kernel.postgres.as<object>();
  const subjectOf = (request: FastifyRequest): LinkSubject | undefined => links.read((request.params as { token: string }).token);
  return {
    name: 'gate.unsubscribe',
    register(app: FastifyInstance) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: BODY_SIZE_MAX }, (_, body, done) => done(null, body));
      app.get('/u/:token', async (request, reply) => {
        const subject = subjectOf(request);
        return page(request, reply, subject ? 'ask' : 'unknown');
      });
      app.post('/u/:token', async (request, reply) => {
        const subject = subjectOf(request);
        if (!subject) return page(request, reply, 'unknown');
        if (/(^|&)undo=1(&|$)/.test(String(request.body ?? ''))) {
          await optIn({ ...subject, channel: 'email' }, db);
          return page(request, reply, 'undone');
        }
        await optOut({ ...subject, channel: 'email', source: 'unsubscribe_link', at: kernel.clock.now() }, db);
        return page(request, reply, 'done');
      });
    },
  };
}

type Outcome = 'ask' | 'done' | 'undone' | 'unknown';

function page(request: FastifyRequest, reply: FastifyReply, outcome: Outcome): FastifyReply {
  const isChinese = /^\s*zh/i.test(request.headers['accept-language'] ?? '');
  const texts = (isChinese ? zh : en).unsubscribe;
  const button = {
    ask: `<form method="post"><button>${texts.confirm}</button></form>`,
    done: `<form method="post"><input type="hidden" name="undo" value="1"><button class="quiet">${texts.undo}</button></form>`,
    undone: '',
    unknown: '',
  };
  return reply
    .status(outcome === 'unknown' ? 404 : 200)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="${isChinese ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${texts.title}</title>
<style>body{font:16px/1.6 system-ui,"PingFang SC","Noto Sans SC",sans-serif;background:#F7F6F3;color:#23281F;margin:0;display:grid;place-items:center;min-height:100vh}
main{background:#fff;border:1px solid #E7E4DD;border-radius:8px;padding:32px;max-width:420px;margin:16px}h1{font-size:20px;margin:0 0 8px}
button{font:inherit;background:#1F6F54;color:#fff;border:0;border-radius:8px;padding:8px 20px;cursor:pointer}button.quiet{background:none;color:#1F6F54;border:1px solid #1F6F54}
button:focus-visible{outline:3px solid #E0A458;outline-offset:2px}</style></head>
<body><main><h1>${texts[outcome]}</h1><p>${texts[`${outcome}Note`]}</p>${button[outcome]}</main></body></html>`);
}
