import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { aRule } from '../builders/config.ts';
import { addService } from './given.ts';
import { minute, World } from './world.ts';

const latest = aRule({ tags: { exact: 'latest' } });

interface Refusal {
  readonly what: string;
  readonly service: JsonObject;
  readonly reason: string;
}

const refusals: readonly Refusal[] = [
  {
    what: 'CODE_DEPLOY',
    service: { deploymentController: { type: 'CODE_DEPLOY' } },
    reason: 'controller is not ECS',
  },
  {
    what: 'EXTERNAL',
    service: { deploymentController: { type: 'EXTERNAL' } },
    reason: 'controller is not ECS',
  },
  {
    what: 'on hold by its tag',
    service: { tags: [{ key: 'slipway:hold', value: 'frozen' }] },
    reason: 'on hold',
  },
];

describe('a service that Slipway may not roll is left alone, with the reason', () => {
  it.each(refusals)('$what', async ({ service, reason }) => {
    const world = new World();
    world.put();
    addService(world, 'web', { service });
    const slipway = await world.install({ deploy: [latest] });
    world.push();
    await world.pass(40 * minute);
    expect(slipway.journal.map((entry) => entry['reason'])).toContain(reason);
    expect(slipway.sent('RegisterTaskDefinition')).toEqual([]);
    expect(slipway.sent('UpdateService')).toEqual([]);
    expect(world.service('web')['taskDefinition']).toMatch(/web:1$/);
    expect(slipway.wrong).toEqual([]);
    expect(slipway.announced).toEqual([]);
  });

  it('Express Mode: it never becomes a target', async () => {
    const world = new World();
    world.put();
    addService(world, 'web');
    world.model.hooks.makeExpress('web');
    const slipway = await world.install({ deploy: [latest] });
    world.push();
    await world.pass(40 * minute);
    expect(slipway.target('web')).toBeUndefined();
    expect(slipway.sent('UpdateService')).toEqual([]);
    expect(slipway.wrong).toEqual([]);
  });

  it.each<[string, (world: World) => void, string]>([
    [
      'becomes one of Express Mode',
      (world) => world.model.hooks.makeExpress('web'),
      'managed by ECS Express Mode',
    ],
    [
      'is deleted',
      (world) => world.ask('DeleteService', { cluster: 'prod', service: 'web', force: true }),
      'service inactive',
    ],
  ])('one that %s after it was last seen', async (_what, change, reason) => {
    const world = new World();
    world.put();
    addService(world, 'web');
    const slipway = await world.install({ deploy: [latest] });
    change(world);
    world.push();
    await world.pass(5 * minute);
    expect(slipway.announced.map(({ text }) => text)).toEqual([expect.stringContaining(reason)]);
    expect(slipway.sent('UpdateService')).toEqual([]);
    await world.pass(40 * minute);
    expect(slipway.wrong).toEqual([]);
  });
});
