import { describe, expect, it } from 'vitest';
import type { Clusters, ScheduledTarget, ScheduledTargets } from '../../shared/ports.ts';
import { FakeClusters } from '../fakes/fake-clusters.ts';
import { FakeScheduledTargets } from '../fakes/fake-scheduled-targets.ts';
import { anEcs } from './ecs-world.ts';
import { anEcsTarget, aSchedule, aSchedulesWorld } from './schedules-world.ts';

const revision = (number: number) => `arn:aws:ecs:eu-west-1:111122223333:task-definition/report:${number}`;
const schedule = { cluster: 'prod', service: 'schedule:default/nightly' };
const rule = { cluster: 'prod', service: 'rule:default/hourly/t1' };

/** A schedule and a rule that is off, both on revision 1, and how often somebody wrote. */
async function theAdapter() {
  const { world, heard, targets, ...made } = await aSchedulesWorld();
  world.schedules.set('default/nightly', aSchedule('nightly'));
  world.rules.set('default/hourly', { state: 'DISABLED', targets: [anEcsTarget({ Id: 't1' })] });
  const writes = () =>
    heard.filter(({ method, body }) => method === 'PUT' || body.includes('"Targets"')).length;
  return { ...made, targets, writes };
}

function theFake() {
  const targets = new FakeScheduledTargets();
  targets.put({ ...schedule, taskDefinition: revision(1), enabled: true });
  targets.put({ ...rule, taskDefinition: revision(1), enabled: false });
  const writes = () => targets.sets.length;
  return Promise.resolve({ targets, writes, [Symbol.asyncDispose]: () => Promise.resolve() });
}

async function everyOne(targets: ScheduledTargets, kind: 'schedules' | 'rules'): Promise<ScheduledTarget[]> {
  const found: ScheduledTarget[] = [];
  let token: string | undefined;
  do {
    const page = await targets.page(kind, token);
    found.push(...page.items);
    token = page.next;
  } while (token !== undefined);
  return found;
}

describe.each([
  ['over the SDK', theAdapter],
  ['in memory', theFake],
])('scheduled targets %s', (_where, make) => {
  it('are listed, read, set once and read again', async () => {
    await using made = await make();
    const { targets, writes } = made;
    expect(await everyOne(targets, 'schedules')).toEqual([
      { ...schedule, taskDefinition: revision(1), enabled: true },
    ]);
    expect(await everyOne(targets, 'rules')).toEqual([
      { ...rule, taskDefinition: revision(1), enabled: false },
    ]);
    for (const name of [schedule, rule]) {
      for (const _time of [1, 2]) await targets.set(name, revision(2));
      expect(await targets.read(name)).toMatchObject({ ...name, taskDefinition: revision(2) });
    }
    expect(writes()).toBe(2);
  });

  it.each([
    { ...schedule, cluster: 'other' },
    { ...rule, service: 'rule:default/hourly/t2' },
    { ...schedule, service: 'schedule:default/weekly' },
  ])('are none, and cannot be set, as $cluster $service', async (name) => {
    await using made = await make();
    expect(await made.targets.read(name)).toBeUndefined();
    await expect(made.targets.set(name, revision(2))).rejects.toMatchObject({ code: 'Gone' });
    expect(made.writes()).toBe(0);
  });
});

describe.each<[string, () => Promise<{ clusters: Clusters } & AsyncDisposable>]>([
  ['over the SDK', anEcs],
  [
    'in memory',
    () => {
      const clusters = new FakeClusters();
      clusters.add('demo');
      return Promise.resolve({ clusters, [Symbol.asyncDispose]: () => Promise.resolve() });
    },
  ],
])('clusters %s', (_where, make) => {
  it('have the tags that they were given, and none where they are not there', async () => {
    await using made = await make();
    const { clusters } = made;
    expect(await clusters.tag('demo', 'owner')).toEqual({ value: undefined });
    await clusters.setTag('demo', 'owner', 'a');
    await clusters.setTag('demo', 'owner', 'b');
    expect(await clusters.tag('demo', 'owner')).toEqual({ value: 'b' });
    expect(await clusters.tag('none', 'owner')).toBeUndefined();
    await expect(clusters.setTag('none', 'owner', 'a')).rejects.toMatchObject({
      code: 'ClusterNotFoundException',
    });
  });
});
