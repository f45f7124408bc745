import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { slackMessage } from '../../../functions/deliver-slack/message.ts';
import {
  type Notice,
  type SystemNotice,
  systemNotice,
  systemNoticeKinds,
  type TargetNotice,
  targetNotice,
  targetNoticeKinds,
} from '../../../shared/domain/notice.ts';
import { at, digest, name } from '../../builders/rollouts.ts';

const image = { repository: 'shop/web', tag: '1.4.0', digest: digest('a') };
const link =
  '<https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/prod/services/web/deployments?region=eu-west-1|*prod/web*>';
const time = '<!date^1793527200^{date_short_pretty} {time_secs}|2026-11-01T10:00:00.000Z>';

function lines(notice: Notice): readonly string[] {
  const { blocks } = slackMessage(notice, 'eu-west-1');
  return blocks.flatMap((block: KnownBlock) => {
    if (block.type === 'section') return block.text?.text ?? [];
    return block.type === 'context' ? block.elements.flatMap((one) => ('text' in one ? one.text : [])) : [];
  });
}

function ofTarget(kind: TargetNotice['kind'], said: Partial<TargetNotice['target']> = {}): readonly string[] {
  return lines(targetNotice(name, { kind, at: at(0), reason: 'why', ...said }));
}

function ofAll(
  kind: SystemNotice['kind'],
  { cluster = '', ...system }: Partial<SystemNotice['system']> & { readonly cluster?: string } = {},
): readonly string[] {
  const said = { reason: 'why', ...system };
  return lines(systemNotice({ kind, about: 'x', at: at(0), text: 'told', cluster, system: said }));
}

describe('what becomes of a target', () => {
  it('a hold says who, why and what to type', () => {
    expect(ofTarget('target.held', { by: 'grace' })).toEqual([
      `:lock: ${link} is on hold: nothing is rolled out there`,
      '> why',
      'To let Slipway go on: `npx slipway resume prod/web`',
      `${time}  ·  by grace`,
    ]);
  });

  it('a quarantine names the image, and what lifts it', () => {
    expect(ofTarget('target.quarantined', { image })).toEqual([
      `:no_entry: ${link} will not get this image again`,
      '`shop/web`  *1.4.0* `aaaaaaaaaaaa`',
      '> why',
      'Push a new image; or, to allow this one again: `npx slipway unquarantine prod/web`',
      time,
    ]);
  });

  it('where a person is needed, it says what they can do', () => {
    expect(ofTarget('target.attention')[2]).toBe(
      'See what happened: `npx slipway history prod/web`  Then push a good image, or `npx slipway deploy prod/web IMAGE:TAG`, or `npx slipway rollback prod/web --to REVISION`',
    );
  });

  it.each(['target.resumed', 'target.unquarantined'] as const)('%s asks for nothing', (kind) => {
    expect(ofTarget(kind, { reason: '' })).toEqual([expect.stringContaining(`:unlock: ${link}`), time]);
  });
});

describe('what concerns more than one target', () => {
  it('a plan that stopped names the image, how many failed and were left alone, and what to do', () => {
    expect(ofAll('system.plan-stopped', { image, failed: ['prod/web'], leftAlone: 29 })).toEqual([
      ':octagonal_sign: `shop/web`  *1.4.0* `aaaaaaaaaaaa`  is rolled out no further: it failed on 1, and 29 targets are left alone',
      '> why',
      'Failed: `prod/web`',
      'Push a good image. What went wrong: `npx slipway history prod/web`',
      time,
    ]);
  });

  it('many failures are counted', () => {
    const failed = Array.from({ length: 11 }, (_, index) => `prod/s${index}`);
    const said = ofAll('system.plan-stopped', { image, failed, leftAlone: 1 });
    expect(said[0]).toMatch(/it failed on 11, and 1 target is left alone$/);
    expect(said[2]).toMatch(/`prod\/s7` … and 3 more$/);
  });

  it('a plan of which little is known is told all the same', () => {
    expect(ofAll('system.plan-stopped')).toEqual([
      ':octagonal_sign: an image  is rolled out no further: 0 targets are left alone',
      '> why',
      'Once that is settled, push a newer image',
      time,
    ]);
  });

  it('a pause says how to end it', () => {
    expect(ofAll('system.paused', { by: 'grace' })).toEqual([
      ':double_vertical_bar: *Slipway is paused*: it changes nothing in ECS',
      '> why',
      'To let it go on: `npx slipway unpause`',
      `${time}  ·  by grace`,
    ]);
    expect(ofAll('system.unpaused', { reason: '' })).toEqual([':arrow_forward: *Slipway goes on*', time]);
  });

  it("another stack's cluster is named, and how it can become ours", () => {
    const said = ofAll('system.foreign-cluster', { cluster: 'dev' });
    expect(said[0]).toBe(':lock: cluster `dev` belongs to another stack: nothing is done there');
    expect(said[2]).toContain('`slipway:owner`');
  });
});

describe('hostile text', () => {
  const evil = `<!channel> & <https://evil.test|click>\n> quote \`code\` \u202Edesrever ${'x'.repeat(4_000)}`;
  const hostile = { repository: evil, tag: evil, digest: evil };

  it.each(targetNoticeKinds)('in %s pages nobody and fits', (kind) => {
    const service = { cluster: 'prod', service: evil.slice(0, 100) };
    const said = { kind, at: at(0), reason: evil, by: evil, image: hostile };
    expectHarmless(lines(targetNotice(service, said)));
  });

  it.each(systemNoticeKinds)('in %s pages nobody and fits', (kind) => {
    const failed = Array.from({ length: 20 }, () => evil);
    const system = { reason: evil, by: evil, image: hostile, failed, leftAlone: 1 };
    expectHarmless(ofAll(kind, { cluster: evil, ...system }));
  });
});

function expectHarmless(said: readonly string[]): void {
  for (const one of said) {
    expect(one.replaceAll(/<https:\/\/eu-west-1\.console[^|]*\|/g, '').replaceAll('<!date^', '')).not.toMatch(
      /[<\n\u202E]/,
    );
    expect(one.length).toBeLessThanOrEqual(3_000);
  }
}
