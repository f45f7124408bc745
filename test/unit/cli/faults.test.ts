import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { run } from '../../../cli/main.ts';
import { Refused, RejectedInput, Unavailable } from '../../../shared/faults.ts';

/** Standard input that fails while it is read stands for whatever a verb may meet. */
function failing(error: unknown): Readable {
  return new Readable({
    read() {
      this.destroy(error as Error);
    },
  });
}

it.each([
  ['input that is refused', new RejectedInput('not JSON'), { code: 1, stderr: 'slipway: not JSON\n' }],
  [
    'AWS being away',
    new Unavailable('ECS does not answer'),
    { code: 3, stderr: 'slipway: ECS does not answer\n' },
  ],
  [
    'AWS saying no',
    new Refused('AccessDenied', 'not allowed'),
    { code: 3, stderr: 'slipway: not allowed\n' },
  ],
  ['a reader that went away', Object.assign(new Error('write'), { code: 'EPIPE' }), { code: 0, stderr: '' }],
])('%s has an exit code and one line', async (_what, error, ended) => {
  expect(await ranInto(error)).toEqual(ended);
});

it('a bug shows where it is', async () => {
  const { code, stderr } = await ranInto(new TypeError('x is undefined'));
  expect(code).toBe(70);
  expect(stderr).toMatch(/^slipway: x is undefined\nTypeError: x is undefined\n {4}at /);
});

async function ranInto(error: unknown) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(['policy'], { stdin: failing(error), stdout, stderr, env: {}, folder: '/' });
  return { code, stderr: (stderr.read() as Buffer | null)?.toString() ?? '' };
}
