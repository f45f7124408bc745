import { describe, expect, it } from 'vitest';
import { leftAlone } from '../../../../sandbox/tour/slack-line.ts';

const image = { repository: 'shop/web', tag: '1.0.1' };

describe('a push that leads to nothing', () => {
  it.each([
    [{ outcome: 'push unused', ...image }, 'shop/web:1.0.1: no service runs it'],
    [
      { outcome: 'push ignored', reason: 'no rule wants it', ...image },
      'shop/web:1.0.1 ignored: no rule wants it',
    ],
    [
      {
        outcome: 'service skipped',
        reason: 'on hold',
        detail: 'a\u001bb',
        cluster: 'c',
        service: 's',
        ...image,
      },
      'c/s leaves shop/web:1.0.1 alone: on hold: a·b',
    ],
    [{ outcome: 'push ignored', reason: 'untagged', ...image }, undefined],
    [{ outcome: 'rollout accepted', ...image }, undefined],
  ])('%j is told as %j', (entry, line) => {
    expect(leftAlone(entry)).toBe(line);
  });
});
