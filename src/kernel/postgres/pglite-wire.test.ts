import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestReader } from './pglite-wire.ts';

/** A message of the protocol: its type, its length, its body. */
function frame(type: string, body: string): Buffer {
  const text = Buffer.from(`${body}\0`);
  const header = Buffer.alloc(5);
  header.write(type, 0, 'latin1');
  header.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([header, text]);
}

function startup(): Buffer {
  const body = Buffer.from('user\0postgres\0\0');
  const header = Buffer.alloc(8);
  header.writeInt32BE(body.length + 8, 0);
  header.writeInt32BE(196_608, 4);
  return Buffer.concat([header, body]);
}

test('cuts the same units however the bytes arrive', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.string(), fc.boolean()), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
      (statements, sizes) => {
        const units = statements.map(([text, value, isSimple]) =>
          isSimple ? frame('Q', text) : Buffer.concat([frame('P', text), frame('B', value), frame('E', ''), frame('S', '')]),
        );
        const bytes = Buffer.concat([startup(), ...units, frame('X', '')]);
        const reader = new RequestReader();
        const requests = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          requests.push(...reader.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(requests.map((request) => request.kind)).toEqual(['startup', ...units.map(() => 'unit'), 'end']);
        const cut = requests.flatMap((request) => (request.kind === 'unit' ? [Buffer.from(request.bytes).toString('hex')] : []));
        expect(cut).toEqual(units.map((unit) => unit.toString('hex')));
      },
    ),
  );
});
