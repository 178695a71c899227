import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../testing/open-gateway.ts';
import { dialects } from './index.ts';

let on: TestGateway;
let writeKey = '';
beforeAll(async () => {
  on = await openTestGateway();
  ({ writeKey } = await on.newKeys());
});
afterAll(async () => on.stop());

const base64 = (text: string): string => encodeURIComponent(Buffer.from(text).toString('base64'));
const fields = '"events":[null,1,"x",{},{"event_type":1},{"name":[]},{"params":1}],"batch":[null,{}],"requests":[null,"?",1],"messages":{}';
/** Bodies that no client sends: wrong shapes at every level, broken packing, halves of letters. */
const bodies: (string | Buffer)[] = [
  '',
  ' ',
  '{',
  'null',
  '1',
  '"text"',
  '[]',
  '[null,1,"x",[],{}]',
  '{}',
  `{${fields}}`,
  '{"type":null,"payload":[],"events":{},"api_key":{},"n":{},"d":[],"u":7,"p":"{"}',
  '[{"type":"track","properties":[],"distinct_id":{}},{"#type":"track","#time":"soon","properties":null}]',
  '{"type":"event","payload":{"website":"x","data":7,"url":{},"timestamp":"soon"}}',
  '{"event_type":"x","time":"\\ud800","user_id":"\\u0000"}',
  `data=${base64('{')}&gzip=1`,
  `data=${base64('[null,{"type":"item_set","item_id":{}},{"type":"track_id_unbind","identities":[]}]')}`,
  'data_list=%%%&crc=x',
  'requests=[&events={&metrics=[&user_details=7&app_key=x&device_id=y&begin_session=1',
  'identification={&api_key=x',
  Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff]),
  gzipSync('{'),
  Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
];

test.each(dialects.map((dialect) => ({ dialect, name: dialect.name })))('$name answers any body and never breaks', async ({ dialect }) => {
  for (const route of dialect.routes) {
    const path = route.path.replace(/:\w+/g, 'x');
    for (const mount of ['', `/c/${dialect.name}/${writeKey}`])
      for (const method of route.methods)
        for (const body of method === 'GET' ? bodies.slice(0, 1) : bodies) {
          const query = method === 'GET' ? '?data=e30&requests=[1]&en=%00&d=1&data_list=x' : '';
          const reply = await fetch(`${on.url}${mount}${path}${query}`, { method, ...(method === 'POST' && { body }) });
          const told = await reply.text();
          expect(reply.status, `${method} ${mount}${path} ${String(body).slice(0, 60)}: ${told.slice(0, 200)}`).toBeLessThan(500);
        }
  }
});
