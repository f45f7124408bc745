import { describe, expect, it } from 'vitest';
import { memoryScheduledTargets } from '../../sandbox/embedded/memory-scheduled-targets.ts';
import type { DeployRule } from '../../shared/config/types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import type { Plan } from '../../shared/domain/plan/state.ts';
import { Refused } from '../../shared/faults.ts';
import { aRule } from '../builders/config.ts';
import { aDefinition, addService } from './given.ts';
import type { Stack } from './stack.ts';
import { byDigest, minute, World } from './world.ts';

const nightly = 'schedule:default/nightly';
const hourly = 'rule:default/hourly/task';
const weekly = 'rule:default/weekly/task';
const family = 'arn:aws:ecs:eu-west-1:000000000000:task-definition';

async function aWorldWith(rule: Partial<DeployRule> = {}, failing: readonly string[] = []) {
  const world = new World();
  world.put();
  for (const name of ['web', 'api']) addService(world, name);
  for (const name of ['nightly', 'hourly', 'weekly']) world.ask('RegisterTaskDefinition', aDefinition(name));
  const targets = memoryScheduledTargets();
  targets.put({ cluster: 'prod', service: nightly, taskDefinition: 'nightly', enabled: true });
  targets.put({ cluster: 'prod', service: hourly, taskDefinition: `${family}/hourly:1`, enabled: true });
  targets.put({ cluster: 'prod', service: weekly, taskDefinition: `${family}/weekly`, enabled: false });
  const set: typeof targets.set = (name, revision) =>
    failing.includes(name.service)
      ? Promise.reject(new Refused('FailedEntryCount', `PutTargets: 1 target failed: ${name.service}`))
      : targets.set(name, revision);
  await world.pass(10 * minute);
  const before = async (stack: Stack) => {
    stack.scheduledTargets = { ...targets, set };
  };
  const deploy = [aRule({ tags: { exact: 'latest' }, schedules: true, stopAfter: 5, ...rule })];
  const slipway = await world.install({ deploy }, { before });
  const revisionOf = async (service: string) =>
    (await targets.read({ cluster: 'prod', service }))?.taskDefinition;
  return { world, slipway, revisionOf };
}

function imageOf(world: World, revision = ''): unknown {
  const [container] = world.definition(revision)['containerDefinitions'] as readonly JsonObject[];
  return container?.['image'];
}

function plans({ table }: Stack): readonly Plan[] {
  return table
    .all('plan#')
    .filter(({ sk }) => sk === 'state')
    .map(({ body }) => body as unknown as Plan);
}

const scheduled = [nightly, hourly, weekly];

describe('schedules and rules that run the image', () => {
  it('get the new revision in the same plan as services, each with a result of its own', async () => {
    const { world, slipway, revisionOf } = await aWorldWith();
    const digest = world.push();
    await world.until(() => slipway.isAtRest && slipway.said('web').length === 2, 60 * minute);
    for (const name of ['web', 'api']) expect(world.images(name)).toEqual({ app: byDigest(digest) });
    for (const name of scheduled) {
      expect(imageOf(world, await revisionOf(name))).toBe(byDigest(digest));
      expect(await revisionOf(name)).toMatch(/:2$/);
      expect(slipway.said(name)).toEqual(['rollout.completed']);
    }
    expect(plans(slipway)).toMatchObject([{ total: 5, failed: [], open: [] }]);
    expect(slipway.sent('UpdateService')).toHaveLength(2);
    expect(slipway.wrong).toEqual([]);
  });

  it('of which one fails (FailedEntryCount) are told one by one, and the others go on', async () => {
    const { world, slipway, revisionOf } = await aWorldWith({}, [hourly]);
    const digest = world.push();
    await world.until(() => slipway.isAtRest && slipway.said('web').length === 2, 60 * minute);
    expect(slipway.said(hourly)[0]).toBe('rollout.failed');
    expect(slipway.announced.find(({ service }) => service === hourly)?.text).toContain('FailedEntryCount');
    expect(await revisionOf(hourly)).toMatch(/hourly:1$/);
    for (const name of [nightly, weekly])
      expect(imageOf(world, await revisionOf(name))).toBe(byDigest(digest));
    expect(slipway.said('web')).toEqual(['rollout.started', 'rollout.completed']);
    expect(plans(slipway)).toMatchObject([{ total: 5, failed: [`prod/${hourly}`], open: [] }]);
    expect(slipway.wrong).toEqual([]);
  });

  it('wait for the first service of the plan, and are left alone when that one fails', async () => {
    const { world, slipway, revisionOf } = await aWorldWith({
      first: 'prod/web',
      stopAfter: 1,
      timeoutMs: 5 * minute,
    });
    world.push({ behaviour: 'cannot-start' });
    await world.until(
      () => slipway.isAtRest && slipway.announced.some(({ kind }) => kind === 'system.plan-stopped'),
    );
    await world.pass(30 * minute);
    expect(slipway.said('web').slice(0, 2)).toEqual(['rollout.started', 'rollout.timed-out']);
    expect(slipway.announced.filter(({ kind }) => kind === 'system.plan-stopped')).toHaveLength(1);
    for (const name of scheduled) {
      expect(await revisionOf(name)).not.toMatch(/:2$/);
      expect(slipway.said(name)).toEqual([]);
    }
    expect(slipway.wrong).toEqual([]);
  });

  it('are left alone where the rule does not ask for them', async () => {
    const { world, slipway, revisionOf } = await aWorldWith({ schedules: false });
    world.push();
    await world.until(() => slipway.isAtRest && slipway.said('web').length === 2, 60 * minute);
    for (const name of scheduled) {
      expect(await revisionOf(name)).not.toMatch(/:2$/);
      expect(slipway.said(name)).toEqual([]);
    }
  });

  it('of which the answer was lost are set once more, and told once', async () => {
    const { world, slipway, revisionOf } = await aWorldWith();
    slipway.faults.plan(/^roll-service:scheduled\.set$/, 'answer lost', 2);
    slipway.faults.plan(/^roll-service:scheduled\.set$/, 'crash after', 1);
    const digest = world.push();
    await world.until(
      () => slipway.isAtRest && scheduled.every((name) => slipway.said(name).length > 0),
      60 * minute,
    );
    for (const name of scheduled) {
      expect(imageOf(world, await revisionOf(name))).toBe(byDigest(digest));
      expect(slipway.said(name)).toEqual(['rollout.completed']);
    }
    expect(slipway.sent('RegisterTaskDefinition')).toHaveLength(5);
    expect(slipway.wrong).toEqual([]);
  });
});
