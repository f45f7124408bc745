import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Line, linesOf } from '../../../cli/lines.ts';

async function lines(chunks: readonly (string | Buffer)[], mostBytes = 1000) {
  const found: Line[] = [];
  for await (const line of linesOf(Readable.from(chunks), mostBytes)) found.push(line);
  return found;
}

it('lines are the same however the input is cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', '🚢') });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(20)), async (input, cuts) => {
      const bytes = Buffer.from(input);
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index] ?? 0, end));
      const expected = input.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(await lines(chunks)).toEqual(expected);
    }),
  );
});

it('a line that is too long is dropped, and the next one is read', async () => {
  expect(await lines(['aaaa', 'aaaa', 'a\nbb\n', 'cccccccccc'], 8)).toEqual([undefined, 'bb', undefined]);
});

it('a line is given before the next one has come', async () => {
  async function* slow() {
    yield 'one\n';
    await new Promise(() => {});
  }
  const reader = linesOf(Readable.from(slow()), 1000);
  expect(await reader.next()).toEqual({ done: false, value: 'one' });
});
