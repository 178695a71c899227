import { expect, test } from 'vitest';
import type { TemplateScope } from './contract.ts';
import { checkEmail, renderEmail } from './render-email.ts';

const scope: TemplateScope = {
  person: { name: '李华', city: '上海', vip: true, evil: '<script>x</script>', orders: [{ name: 'tea', price: 3 }] },
  event: { total: 12.5 },
  project: { id: 1, name: 'Shop' },
};

test('a subject is one line, a body becomes HTML and text with values escaped', () => {
  const mail = renderEmail(
    {
      subject: 'Hello\n {{ person.name }}',
      body: '<h1>Dear {{ person.name }}</h1><p>{{ person.evil }} paid {{ event.total }} at {{ project.name }}</p><a href="https://x.test/?c={{ person.city }}">go</a>',
    },
    scope,
  );
  expect(mail.subject).toBe('Hello 李华');
  expect(mail.html).toContain('&lt;script&gt;x&lt;/script&gt; paid 12.5 at Shop');
  expect(mail.html).not.toContain('<script>');
  expect(mail.text).toContain('Dear 李华');
  expect(mail.text).toContain('<script>x</script> paid 12.5 at Shop');
  expect(mail.text).toContain('go [https://x.test/?c=上海]');
});

test('a body without tags keeps its lines', () => {
  const mail = renderEmail({ subject: 's', body: 'Hi {{ person.name }},\nline two\n\nsecond {% if person.vip %}VIP{% else %}no{% endif %}' }, scope);
  expect(mail.html).toContain('<p>Hi 李华,<br>\nline two</p>\n<p>second VIP</p>');
  expect(mail.text).toBe('Hi 李华,\nline two\n\nsecond VIP');
});

test('a fault names its part, line and column', () => {
  const { faults } = checkEmail({ subject: 'ok', body: 'one\ntwo {{ person.name | nosuch }}\nthree' });
  expect(faults).toEqual([expect.objectContaining({ part: 'body', line: 2, column: 5, message: expect.stringContaining('nosuch') })]);
  expect(checkEmail({ subject: '{% if x %}', body: '{{ a' }).faults.map((fault) => [fault.part, fault.line])).toEqual([
    ['subject', 1],
    ['body', 1],
  ]);
});

test('variables are listed without those the template makes itself', () => {
  expect(
    checkEmail({ subject: '{{ person.city }}', body: '{% for o in person.orders %}{{ o.name }}{% endfor %}{% assign z = event.total %}{{ z }}' })
      .variables,
  ).toEqual(['event.total', 'person.city', 'person.orders']);
});

test.each(['{% include "x" %}', '{% render "x" %}', '{% layout "x" %}'])('%s cannot read files', (body) => {
  expect(checkEmail({ subject: '', body }).faults).toHaveLength(1);
});

test('prototypes are out of reach and endless loops end', () => {
  expect(renderEmail({ subject: '{{ person.constructor }}{{ person.__proto__ }}', body: 'x' }, scope).subject).toBe('');
  expect(() => renderEmail({ subject: 's', body: '{% for i in (1..100000000) %}x{% endfor %}' }, scope)).toThrow(/template/);
});
