import { expect, it } from 'vitest';
import { slipway } from './terminal.ts';

const ask = (policy: object, ...tags: readonly string[]) => JSON.stringify({ policy, tags });

it('answers each line, in order, and skips blank ones', async () => {
  const stdin = [
    ask({ semver: '^1' }, '1.0.0', '1.2.0', '2.0.0'),
    '',
    'no json',
    ask({ exact: 'latest' }),
  ].join('\n');
  const { code, stdout, stderr } = await slipway(['policy'], { stdin });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)),
  ).toEqual([
    { chosen: '1.2.0' },
    { error: expect.any(String) },
    { chosen: null, reason: expect.any(String) },
  ]);
});

it('answers a line that is too long with an error, and the next one', async () => {
  const stdin = `${'x'.repeat(17 * 1024 * 1024)}\n${ask({ exact: 'a' }, 'a')}\n`;
  const { stdout } = await slipway(['policy'], { stdin });
  expect(stdout).toBe('{"error":"the line is longer than 16777216 bytes"}\n{"chosen":"a"}\n');
});

it('no question, no answer', async () => {
  expect(await slipway(['policy'])).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('its help shows a question and the three answers', async () => {
  const { stdout } = await slipway(['policy', '--help']);
  expect(stdout).toContain('{"chosen": null, "reason": "…"}');
});
