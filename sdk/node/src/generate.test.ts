import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPlan } from './generate/plan.ts';
import { writeEvents } from './generate/write-events.ts';

const plan = {
  format: 'perennial.tracking-plan/1',
  rules: { wrong_type: 'quarantine' },
  events: {
    'Order Completed': {
      displayName: { en: 'Order completed', 'zh-CN': '支付成功' },
      description: 'Paid. Not */ before.',
      properties: {
        total: { type: 'number', required: true, description: 'In yuan' },
        currency: { type: 'string', enum: ['CNY', "O'REAL"], required: true },
        coupons: { type: 'list', enum: ['A', 'B'] },
        paidAt: { type: 'datetime' },
        'address.city': { type: 'string', required: true },
        'address.zip code': { type: 'string' },
        anything: {},
      },
    },
    'order completed': { status: 'deprecated' },
    下单: { properties: { 件数: { type: 'integer', required: true } } },
    '404 Seen': { properties: {} },
    Gone: { status: 'blocked' },
    $page: {},
  },
  traits: { plan: { type: 'string', enum: ['free', 'pro'] }, age: { type: 'integer' } },
};
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-events-'));
  mkdirSync(join(folder, 'node_modules', '@perennial'), { recursive: true });
  symlinkSync(join(import.meta.dirname, '..'), join(folder, 'node_modules', '@perennial', 'node'));
  symlinkSync(join(import.meta.dirname, '..', '..', 'web'), join(folder, 'node_modules', '@perennial', 'web'));
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = join(import.meta.dirname, 'generate', 'cli.ts');
function run(...given: string[]): { code: number; out: string } {
  try {
    return { code: 0, out: execFileSync(process.execPath, [cli, ...given], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout + stderr };
  }
}

/** What the compiler says to a program; the packages are read from their sources. */
function compile(name: string, program: string): string {
  writeFileSync(join(folder, name), program);
  const sources = Object.fromEntries(
    ['node', 'web'].map((sdk) => [`@perennial/${sdk}`, [join(import.meta.dirname, '..', '..', sdk, 'src', 'index.ts')]]),
  );
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(import.meta.dirname, '..', '..', '..', 'tsconfig.json'),
      compilerOptions: {
        incremental: false,
        module: 'preserve',
        moduleResolution: 'bundler',
        lib: ['esnext', 'dom', 'dom.iterable'],
        typeRoots: [join(import.meta.dirname, '../../../node_modules/@types')],
        paths: sources,
      },
      files: [name],
      include: [],
    }),
  );
  try {
    execFileSync(join(import.meta.dirname, '../../../node_modules/.bin/tsc'), ['--noEmit', '--pretty', 'false', '-p', folder], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

test('what it makes for Node compiles, and lets through only what the plan has', () => {
  expect(run('--plan', 'plan.json', '--for', 'node', '--out', 'events.ts')).toEqual({ code: 0, out: '' });
  const right = `import { Perennial } from '@perennial/node';
import { identifyPlanned, track404Seen, trackOrderCompleted, trackOrderCompleted2, trackPlanned, track下单 } from './events.ts';
const perennial = new Perennial({ writeKey: 'k', host: 'https://e.example' });
const address = { city: '武汉', 'zip code': '430000' };
export const taken: boolean = trackOrderCompleted(perennial, { userId: 'u', properties: { total: 9.5, currency: "O'REAL", coupons: ['A'], paidAt: new Date(), address, anything: [1] } });
export const later: Promise<void> = trackOrderCompleted2(perennial, { userId: 'u' }, { wait: 'delivery' });
track404Seen;
track下单(perennial, { anonymousId: 'a', properties: { 件数: 2 } });
trackPlanned(perennial, { userId: 'u', event: '下单', properties: { 件数: 1 } });
identifyPlanned(perennial, { userId: 'u', traits: { plan: 'pro', age: null } });
`.replaceAll('track404Seen', 'trackEvent404Seen');
  expect(compile('right.ts', right)).toBe('');
  const call = (properties: string) => `trackOrderCompleted(perennial, { userId: 'u', properties: ${properties} });`;
  const wrong = [
    call("{ currency: 'CNY', address }"),
    call("{ total: '9', currency: 'CNY', address }"),
    call("{ total: 9, currency: 'EUR', address }"),
    call("{ total: 9, currency: 'CNY', address, coupons: ['C'] }"),
    call("{ total: 9, currency: 'CNY', address, unplanned: 1 }"),
    call("{ total: 9, currency: 'CNY', address: {} }"),
    "trackPlanned(perennial, { userId: 'u', event: 'Gone', properties: {} });",
    "identifyPlanned(perennial, { userId: 'u', traits: { plan: 'gold' } });",
  ];
  const program = `import { Perennial } from '@perennial/node';
import { identifyPlanned, trackOrderCompleted, trackPlanned } from './events.ts';
const perennial = new Perennial({ writeKey: 'k', host: 'https://e.example' });
const address = { city: 'Wuhan' };
${wrong.join('\n')}`;
  const told = compile('wrong.ts', program);
  const faulty = [...new Set([...told.matchAll(/wrong\.ts\((\d+),/g)].map((match) => Number(match[1])))];
  expect(faulty, told).toEqual(wrong.map((_, index) => index + 5));
});

test('what it makes for the web compiles', () => {
  expect(run('--plan', 'plan.json', '--for', 'web', '--out', 'events-web.ts').code).toBe(0);
  const program = (properties: string) => `import { createPerennial } from '@perennial/web';
import { identifyPlanned, trackOrderCompleted, trackOrderCompleted2 } from './events-web.ts';
const perennial = createPerennial({ writeKey: 'k', host: 'https://e.example' });
trackOrderCompleted(perennial, ${properties});
trackOrderCompleted2(perennial);
identifyPlanned(perennial, 'u', { plan: 'free' });`;
  expect(compile('web-right.ts', program("{ total: 1, currency: 'CNY', address: { city: 'Wuhan' } }"))).toBe('');
  expect(compile('web-wrong.ts', program('{ total: 1 }'))).toMatch(/web-wrong\.ts\(4,/);
});

test('the same plan in another order makes the same file, and --check tells when a file is old', () => {
  const turned = { ...plan, events: Object.fromEntries(Object.entries(plan.events).toReversed()) };
  for (const target of ['web', 'node'] as const)
    expect(writeEvents(readPlan(JSON.stringify(turned)), target)).toBe(writeEvents(readPlan(JSON.stringify(plan)), target));
  run('--plan', 'plan.json', '--for', 'node', '--out', 'kept.ts');
  expect(readFileSync(join(folder, 'kept.ts'), 'utf8')).toContain('支付成功');
  expect(run('--plan', 'plan.json', '--for', 'node', '--out', 'kept.ts', '--check').code).toBe(0);
  writeFileSync(join(folder, 'kept.ts'), '// old');
  expect(run('--plan', 'plan.json', '--for', 'node', '--out', 'kept.ts', '--check')).toMatchObject({
    code: 1,
    out: expect.stringContaining('kept.ts is not what'),
  });
});

test('what is no plan is told in plain words', () => {
  for (const [text, words] of [
    ['{', 'not JSON'],
    ['{"events":{}}', 'perennial.tracking-plan/1'],
    ['{"format":"perennial.tracking-plan/1","events":[1]}', '"events"'],
    ['{"format":"perennial.tracking-plan/1","events":{"A":{"properties":[]}}}', '"events"'],
    ['{"format":"perennial.tracking-plan/1","traits":{"a":1}}', '"traits"'],
  ] as const) {
    writeFileSync(join(folder, 'no-plan.json'), text);
    expect(run('--plan', 'no-plan.json', '--for', 'web')).toMatchObject({ code: 1, out: expect.stringContaining(words) });
  }
  expect(run('--plan', 'nowhere.json', '--for', 'web').code).toBe(1);
  expect(run('--plan', 'plan.json', '--for', 'java').code).toBe(2);
});
