import { describe, expect, it } from 'vitest';
import { nextTime } from '../../../../sandbox/local-aws/schedules.ts';

const next = (expression: string, after: string, timezone = 'UTC') => {
  const at = nextTime({ arn: '', name: '', expression, timezone }, Date.parse(after));
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('the next time of a schedule', () => {
  it.each([
    {
      expression: 'rate(1 minute)',
      after: '2026-11-21T10:00:30.000Z',
      timezone: 'UTC',
      expected: '2026-11-21T10:01:30.000Z',
    },
    {
      expression: 'rate(15 minutes)',
      after: '2026-11-21T10:00:00.000Z',
      timezone: 'UTC',
      expected: '2026-11-21T10:15:00.000Z',
    },
    {
      expression: 'rate(2 days)',
      after: '2026-11-21T10:00:00.000Z',
      timezone: 'UTC',
      expected: '2026-11-23T10:00:00.000Z',
    },
    {
      expression: 'cron(0 3 * * ? *)',
      after: '2026-11-21T10:00:00.000Z',
      timezone: 'Europe/Berlin',
      expected: '2026-11-22T02:00:00.000Z',
    },
    {
      expression: 'cron(0 9 ? * 2-6 *)',
      after: '2026-11-20T10:00:00.000Z',
      timezone: 'UTC',
      expected: '2026-11-23T09:00:00.000Z',
    },
    {
      expression: 'at(2026-12-01T08:00:00)',
      after: '2026-11-21T10:00:00.000Z',
      timezone: 'Europe/Berlin',
      expected: '2026-12-01T07:00:00.000Z',
    },
    {
      expression: 'at(2026-11-01T08:00:00)',
      after: '2026-11-21T10:00:00.000Z',
      timezone: 'UTC',
      expected: undefined,
    },
  ])('$expression after $after in $timezone is $expected', ({ expression, after, timezone, expected }) => {
    expect(next(expression, after, timezone)).toBe(expected);
  });

  it('is refused for what is no schedule', () => {
    expect(() => next('every now and then', '2026-11-21T10:00:00.000Z')).toThrow(/not understood: every now/);
  });
});
