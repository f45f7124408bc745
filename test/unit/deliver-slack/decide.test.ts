import { describe, expect, it } from 'vitest';
import { type Channel, channelId, wants } from '../../../functions/deliver-slack/decide.ts';
import { type SystemNotice, systemNotice } from '../../../shared/domain/notice.ts';
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

  it.each<[string, SystemNotice['system'], string, boolean]>([
    ['of what names no cluster, whatever services it asks for', { reason: '' }, '', true],
    ['of what becomes of a cluster with services of its', { reason: '' }, 'prod', true],
    ['of no other cluster', { reason: '' }, 'dev', false],
    ['of a plan that failed on a service of its', { reason: '', failed: ['dev/a', 'prod/web'] }, '', true],
    ['of no plan that failed elsewhere', { reason: '', failed: ['dev/a'] }, '', false],
  ])('%s', (...[, system, cluster, expected]) => {
    const notice = systemNotice({ kind: 'system.paused', about: 'x', at: 0, text: '', cluster, system });
    expect(wants({ slack, only: { services: ['prod/*'] } }, notice)).toBe(expected);
  });

  it('of the schedules and rules of the clusters that it names, though their names have slashes', () => {
    const notice = aNotice({ service: 'schedule:default/nightly' });
    expect(wants({ slack, only: { services: ['prod/*'] } }, notice)).toBe(true);
    expect(wants({ slack, only: { services: ['dev/*'] } }, notice)).toBe(false);
  });

  it('of what is graver than it asks for', () => {
    expect(wants({ slack, only: { severity: 'warning' } }, aNotice({ severity: 'error' }))).toBe(true);
  });
});

it('a channel keeps its name wherever it stands in the file, and whatever it filters', () => {
  expect(channelId({ slack, only: { kinds: ['x'] } })).toBe(channelId({ slack }));
  expect(channelId({ slack: { credentials: 'slipway/other' } })).not.toBe(channelId({ slack }));
});
