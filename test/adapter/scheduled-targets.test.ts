import { describe, expect, it } from 'vitest';
import {
  isJsonObject,
  type JsonObject,
  parseLossless,
  printLossless,
} from '../../shared/domain/lossless-json.ts';
import { OutcomeUnknown, Refused, Throttled, Unavailable } from '../../shared/faults.ts';
import type { ScheduledTarget, ScheduledTargets } from '../../shared/ports.ts';
import { operationOf } from './http.ts';
import { anEcsTarget, aSchedule, aSchedulesWorld, reply } from './schedules-world.ts';
import { isSigned } from './signature.ts';

const revision = (number: number) => `arn:aws:ecs:eu-west-1:111122223333:task-definition/report:${number}`;
const schedule = { cluster: 'prod', service: 'schedule:default/nightly' };
const rule = { cluster: 'prod', service: 'rule:aws.partner/shop.example/orders/on-order/t1' };
const bucket = { Arn: 'arn:aws:lambda:eu-west-1:111122223333:function:f' };

async function aWorld() {
  const made = await aSchedulesWorld();
  made.world.schedules.set('default/nightly', aSchedule('nightly'));
  made.world.rules.set('aws.partner/shop.example/orders/on-order', {
    targets: [{ Id: 't0', ...bucket }, { Id: 't2', ...bucket }, anEcsTarget({ Id: 't1' })],
  });
  return made;
}

async function all(targets: ScheduledTargets, kind: 'schedules' | 'rules'): Promise<ScheduledTarget[]> {
  const found: ScheduledTarget[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await targets.page(kind, token);
    found.push(...items);
    token = next;
  } while (token !== undefined);
  return found;
}

describe('schedules that run ECS tasks', () => {
  it('are found on every page, in every group; others are not', async () => {
    await using made = await aWorld();
    made.world.schedules.set('default/f', aSchedule('f', { Target: { ...bucket, RoleArn: 'r' } }));
    made.world.schedules.set('ops/off', aSchedule('off', { GroupName: 'ops', State: 'DISABLED' }));
    expect(await all(made.targets, 'schedules')).toEqual([
      { ...schedule, taskDefinition: revision(1), enabled: true },
      { cluster: 'prod', service: 'schedule:ops/off', taskDefinition: revision(1), enabled: false },
    ]);
    const gets = made.heard.filter(({ path }) => path.includes('groupName'));
    expect(gets.map(({ path }) => path)).toEqual([
      '/schedules/nightly?groupName=default',
      '/schedules/off?groupName=ops',
    ]);
  });

  it('that are deleted while somebody lists are left out', async () => {
    await using made = await aWorld();
    const missing = reply({ __type: 'ResourceNotFoundException' }, 404);
    made.world.instead = ({ path }) => (path.includes('groupName') ? missing : undefined);
    expect(await all(made.targets, 'schedules')).toEqual([]);
  });
});

describe('rules that run ECS tasks', () => {
  it('are found on every bus, every page and with every target; managed ones are not', async () => {
    await using made = await aWorld();
    for (const name of ['a', 'b', 'c']) {
      made.world.rules.set(`default/${name}`, { state: 'DISABLED', targets: [anEcsTarget({ Id: name })] });
    }
    made.world.rules.set('default/d', { manager: 'ecs.amazonaws.com', targets: [anEcsTarget({ Id: 'd' })] });
    const found = await all(made.targets, 'rules');
    expect(found).toEqual([
      ...['a', 'b', 'c'].map((name) => ({
        cluster: 'prod',
        service: `rule:default/${name}/${name}`,
        taskDefinition: revision(1),
        enabled: false,
      })),
      { ...rule, taskDefinition: revision(1), enabled: true },
    ]);
    expect(made.heard.filter((one) => operationOf(one) === 'ListEventBuses')).toHaveLength(1);
  });

  it('of a bus that is deleted meanwhile, or with a token of nothing, are none', async () => {
    await using made = await aWorld();
    const missing = reply({ __type: 'ResourceNotFoundException' }, 400);
    made.world.instead = (heard) => (operationOf(heard) === 'ListRules' ? missing : undefined);
    expect(await all(made.targets, 'rules')).toEqual([]);
    expect(await made.targets.page('rules', '{}')).toEqual({ items: [] });
  });

  it('with more targets than there can be are refused', async () => {
    await using made = await aWorld();
    made.world.instead = (heard) =>
      operationOf(heard) === 'ListTargetsByRule' ? reply({ Targets: [], NextToken: 'more' }) : undefined;
    await expect(made.targets.read(rule)).rejects.toThrow('has more than 1000 targets');
  });
});

describe.each([
  ['a schedule', schedule],
  ["a rule's target", rule],
])('%s', (_what, name) => {
  it('is read', async () => {
    await using made = await aWorld();
    expect(await made.targets.read(name)).toEqual({ ...name, taskDefinition: revision(1), enabled: true });
  });

  it.each([
    ['gone', { ...name, service: name.service.replace(/\w+$/, 'gone') }],
    ['of another cluster', { ...name, cluster: 'other' }],
    ['a service', { ...name, service: 'web' }],
  ])('is nothing, and cannot be set, where it is %s', async (_why, other) => {
    await using made = await aWorld();
    expect(await made.targets.read(other)).toBeUndefined();
    await expect(made.targets.set(other, revision(2))).rejects.toMatchObject({ code: 'Gone' });
    expect(made.heard.filter(isWrite)).toEqual([]);
  });

  it('is nothing where it no longer starts a task', async () => {
    await using made = await aWorld();
    made.world.schedules.set('default/nightly', aSchedule('nightly', { Target: bucket }));
    made.world.rules.set('aws.partner/shop.example/orders/on-order', { targets: [{ Id: 't1', ...bucket }] });
    expect(await made.targets.read(name)).toBeUndefined();
    await expect(made.targets.set(name, revision(2))).rejects.toThrow(Refused);
  });

  it('is set with all that it holds, what the SDK does not know as well', async () => {
    await using made = await aWorld();
    const before = kept(made.world, name);
    await made.targets.set(name, revision(2));
    const written = made.heard.filter(isWrite);
    expect(written).toHaveLength(1);
    const [sent] = written;
    if (sent === undefined) throw new Error('nothing was sent');
    expect(isSigned(sent, 'secret-of-the-test')).toBe(true);
    expect(sent.body).toContain('"BornIn2030":{"exactly":1.50}');
    expect(kept(made.world, name)).toEqual(before.replace(revision(1), revision(2)));
    expect(await made.targets.read(name)).toMatchObject({ taskDefinition: revision(2) });
  });

  it('that is set already is left alone', async () => {
    await using made = await aWorld();
    await made.targets.set(name, revision(1));
    expect(made.heard.filter(isWrite)).toEqual([]);
  });

  it.each<[string, (sent: JsonObject) => JsonObject, string]>([
    ['loses a member', without('Input'), 'Input'],
    ['changes one', (sent) => changed(sent, { Input: '{}' }), 'Input'],
    ['gains one', (sent) => changed(sent, { KinesisParameters: {} }), 'KinesisParameters'],
  ])('that AWS stores otherwise (it %s) is refused, and the place is named', async (_why, keep, path) => {
    await using made = await aWorld();
    made.world.keep = keep;
    const set = made.targets.set(name, revision(2));
    await expect(set).rejects.toThrow(Refused);
    await expect(set).rejects.toThrow(path);
  });

  it('that reads as before after it was set has an unknown outcome', async () => {
    await using made = await aWorld();
    made.world.keep = (sent) =>
      parseLossless(printLossless(sent).replace(revision(2), revision(1))) as JsonObject;
    await expect(made.targets.set(name, revision(2))).rejects.toThrow(OutcomeUnknown);
  });

  it('that is deleted right after it was set is gone', async () => {
    await using made = await aWorld();
    made.world.keep = (sent) => {
      made.world.instead = () => reply({ __type: 'ResourceNotFoundException' }, 404);
      return sent;
    };
    await expect(made.targets.set(name, revision(2))).rejects.toMatchObject({ code: 'Gone' });
  });

  it.each([
    ['cut' as const, OutcomeUnknown],
    [reply({ __type: 'InternalServerException', message: 'oh' }, 500), OutcomeUnknown],
    [reply({ __type: 'ThrottlingException', message: 'Rate exceeded' }, 429), Throttled],
    [reply({ __type: 'ConflictException', message: 'busy' }, 409), Unavailable],
    [reply({ __type: 'ConcurrentModificationException', message: 'busy' }, 400), Unavailable],
    [reply({ __type: 'ValidationException', message: 'no' }, 400), Refused],
  ])('is written once, and %j is %o', async (said, fault) => {
    await using made = await aWorld();
    made.world.instead = (heard) => (isWrite(heard) ? said : undefined);
    const set = made.targets.set(name, revision(2));
    await expect(set).rejects.toThrow(fault);
    await expect(set).rejects.toMatchObject({
      name: fault.name === 'Throttled' ? 'Unavailable' : fault.name,
    });
    expect(made.heard.filter(isWrite)).toHaveLength(1);
  });
});

describe('a schedule that began long ago', () => {
  const late = reply(
    {
      __type: 'ValidationException',
      message: 'The StartDate you specify cannot be earlier than 5 minutes ago.',
    },
    400,
  );

  it('at fixed times is set without its start, which Scheduler no longer takes', async () => {
    await using made = await aWorld();
    made.world.schedules.set('default/nightly', aSchedule('nightly', { StartDate: 1_700_000_000 }));
    made.world.instead = (heard) => (isWrite(heard) && heard.body.includes('StartDate') ? late : undefined);
    await made.targets.set(schedule, revision(2));
    expect(made.world.schedules.get('default/nightly')).not.toHaveProperty('StartDate');
    expect(await made.targets.read(schedule)).toMatchObject({ taskDefinition: revision(2) });
  });

  it('at a rate is refused: the rate counts from its start', async () => {
    await using made = await aWorld();
    const more = { StartDate: 1_700_000_000, ScheduleExpression: 'rate(2 days)' };
    made.world.schedules.set('default/nightly', aSchedule('nightly', more));
    made.world.instead = (heard) => (isWrite(heard) ? late : undefined);
    await expect(made.targets.set(schedule, revision(2))).rejects.toThrow('cannot be earlier');
  });
});

describe('PutTargets', () => {
  it.each([
    ['ValidationException', 'ValidationException'],
    ['ManagedRuleException', 'ManagedRuleException'],
  ])('that answers a failed entry (%s) is refused with its words', async (code, expected) => {
    await using made = await aWorld();
    made.world.failed = { TargetId: 't1', ErrorCode: code, ErrorMessage: 'as AWS says' };
    const set = made.targets.set(rule, revision(2));
    await expect(set).rejects.toThrow(Refused);
    await expect(set).rejects.toMatchObject({ code: expected, message: 'PutTargets: as AWS says' });
  });

  it.each([
    ['ThrottlingException', Throttled],
    ['ConcurrentModificationException', Unavailable],
    ['InternalException', Unavailable],
  ])('that answers %s comes again', async (code, fault) => {
    await using made = await aWorld();
    made.world.failed = { ErrorCode: code, ErrorMessage: 'later' };
    await expect(made.targets.set(rule, revision(2))).rejects.toThrow(fault);
  });

  it('that answers a failure without words is refused all the same', async () => {
    await using made = await aWorld();
    made.world.failed = {};
    await expect(made.targets.set(rule, revision(2))).rejects.toMatchObject({ code: 'Unknown' });
  });
});

function isWrite(heard: Parameters<typeof operationOf>[0]): boolean {
  return heard.method === 'PUT' || operationOf(heard) === 'PutTargets';
}

type Held = Awaited<ReturnType<typeof aWorld>>['world'];

/** All that is kept of it, but for the time of the last change. */
function kept({ schedules, rules }: Held, { service }: { readonly service: string }): string {
  if (service === rule.service) return printLossless([...rules.values()].flatMap(({ targets }) => targets));
  const all = [...schedules.values()].map(({ LastModificationDate: _at, ...rest }) => sorted(rest));
  return printLossless(all);
}

function sorted(one: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A target by itself, or the one of a schedule. */
function changed(sent: JsonObject, more: JsonObject): JsonObject {
  const { Target: target } = sent;
  return isJsonObject(target) ? { ...sent, Target: { ...target, ...more } } : { ...sent, ...more };
}

function without(member: string): (sent: JsonObject) => JsonObject {
  return (sent) => {
    const { [member]: _gone, ...rest } = isJsonObject(sent['Target']) ? sent['Target'] : sent;
    return 'Target' in sent ? { ...sent, Target: rest } : rest;
  };
}
