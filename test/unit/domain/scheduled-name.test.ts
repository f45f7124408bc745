import { describe, expect, it } from 'vitest';
import {
  parseScheduledName,
  type ScheduledName,
  scheduledName,
} from '../../../shared/domain/scheduled-name.ts';

describe('the name of a scheduled target', () => {
  it.each<[string, ScheduledName]>([
    ['schedule:default/nightly', { kind: 'schedule', group: 'default', name: 'nightly' }],
    ['rule:default/every-hour/t.1', { kind: 'rule', bus: 'default', rule: 'every-hour', id: 't.1' }],
    [
      'rule:aws.partner/shop.example/orders/on-order/1',
      { kind: 'rule', bus: 'aws.partner/shop.example/orders', rule: 'on-order', id: '1' },
    ],
  ])('%s is read and printed', (text, name) => {
    expect(parseScheduledName(text)).toEqual(name);
    expect(scheduledName(name)).toBe(text);
  });

  it.each(['web', 'schedule:default', 'schedule:a/b/c', 'rule:default/x', 'rule:/x/y', 'timer:a/b', ''])(
    'is not %j',
    (text) => {
      expect(parseScheduledName(text)).toBeUndefined();
    },
  );
});
