import { describe, expect, it } from 'vitest';
import { type Channel, channelId, wants } from '../../../functions/deliver-slack/decide.ts';
import { aNotice } from '../../builders/rollouts.ts';

const slack = { credentials: 'slipway/slack' };

describe('a channel hears', () => {
  const cases: readonly [string, Channel['only'], boolean][] = [
    ['of everything', undefined, true],
    ['of everything that it does not filter', {}, true],
    ['of the kinds that it names', { kinds: ['rollout.*'] }, true],
    ['of no other kinds', { kinds: ['crash-loop.*', 'rollout.failed'] }, false],
    ['of the services that it names', { services: ['dev/*', 'prod/w*'] }, true],
    ['of no other services', { services: ['dev/*', 'web'] }, false],
    ['of its severity', { severity: 'info' }, true],
    ['of nothing less grave', { severity: 'warning' }, false],
    ['of what passes every filter alone', { kinds: ['rollout.*'], services: ['dev/*'] }, false],
    ['of nothing where it names nothing', { kinds: [] }, false],
  ];
  it.each(cases)('%s', (_what, only, expected) => {
    expect(wants({ slack, only }, aNotice())).toBe(expected);
  });

  it('of what is graver than it asks for', () => {
    expect(wants({ slack, only: { severity: 'warning' } }, aNotice({ severity: 'error' }))).toBe(true);
  });
});

it('a channel keeps its name wherever it stands in the file, and whatever it filters', () => {
  expect(channelId({ slack, only: { kinds: ['x'] } })).toBe(channelId({ slack }));
  expect(channelId({ slack: { credentials: 'slipway/other' } })).not.toBe(channelId({ slack }));
});
