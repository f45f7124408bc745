import { ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { tasks } from '../../shared/aws/tasks.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { Unavailable } from '../../shared/faults.ts';
import { aDefinition, anEcs, arn, aService } from './ecs-world.ts';
import { aServer, bodyOf, json, operationOf } from './http.ts';
import { at } from './settings.ts';

const web = { cluster: 'demo', service: 'web' };
const first = arn('task-definition/web:1');

/** Fargate tasks of `web`, with nothing in their way. */
async function withTasks(desiredCount: number) {
  const ecs = await anEcs();
  const task = { requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '256', memory: '512' };
  ecs.model.handle('RegisterTaskDefinition', aDefinition(task));
  const awsvpcConfiguration = { subnets: ['subnet-1'] };
  const more = { launchType: 'FARGATE', desiredCount, networkConfiguration: { awsvpcConfiguration } };
  ecs.model.handle('CreateService', aService('web', more));
  ecs.clock.advance(900_000);
  return ecs;
}

/** What ECS says of one task. */
function aTask(
  more: JsonObject = {},
  digests: Readonly<Record<string, string>> = { app: 'sha256:1' },
): JsonObject {
  const containers = Object.entries(digests).map(([name, imageDigest]) => ({ name, imageDigest }));
  return { lastStatus: 'RUNNING', taskDefinitionArn: first, containers, ...more };
}

function serving(...found: readonly JsonObject[]) {
  return aServer((heard) =>
    json(operationOf(heard) === 'ListTasks' ? { taskArns: found.map((_, n) => `t${n}`) } : { tasks: found }),
  );
}

function adapter(url: string) {
  return tasks(new ECSClient({ ...at(url), maxAttempts: 1 }));
}

describe('the digests that a service runs', () => {
  it('are read from its running tasks', async () => {
    await using ecs = await withTasks(2);
    expect(await ecs.tasks.runningDigests('demo', 'web', first)).toEqual({
      app: `sha256:${'5a'.repeat(32)}`,
    });
    expect(ecs.heard.map((one) => [operationOf(one), bodyOf(one)])).toMatchObject([
      ['ListTasks', { cluster: 'demo', serviceName: 'web', desiredStatus: 'RUNNING' }],
      ['DescribeTasks', { cluster: 'demo', tasks: [expect.any(String), expect.any(String)] }],
    ]);
    expect(await ecs.tasks.runningDigests('demo', 'web', arn('task-definition/web:2'))).toEqual({});
  });

  it.each([
    ['none', 'web'],
    ['demo', 'none'],
  ])('are none in %s of %s', async (cluster, service) => {
    await using ecs = await anEcs();
    expect(await ecs.tasks.runningDigests(cluster, service, first)).toEqual({});
    expect(ecs.endpoint.ledger.count()).toBe(1);
  });

  it.each<[string, readonly JsonObject[]]>([
    ['another revision', [aTask(), aTask({ taskDefinitionArn: 'other' }, { app: 'sha256:2' })]],
    ['a task that does not run yet', [aTask(), aTask({ lastStatus: 'PENDING' }, {})]],
    [
      'a container on which tasks differ',
      [aTask({}, { app: 'sha256:1', x: 'sha256:2' }), aTask({}, { app: 'sha256:1', x: 'sha256:3' })],
    ],
    [
      'a container whose digest one task does not say',
      [aTask({}, { app: 'sha256:1', x: 'sha256:2' }), aTask()],
    ],
    [
      'what ECS leaves out',
      [
        aTask({
          containers: [{ name: 'x' }, { imageDigest: 'y' }, { name: 'app', imageDigest: 'sha256:1' }],
        }),
      ],
    ],
  ])('leave out %s', async (_what, found) => {
    await using server = await serving(...found);
    expect(await adapter(server.url).runningDigests('demo', 'web', first)).toEqual({ app: 'sha256:1' });
  });

  it('are read page by page, a hundred tasks at a time, of a thousand tasks at most', async () => {
    const taskArns = Array.from({ length: 100 }, (_, number) => `t${number}`);
    await using server = await aServer((heard) =>
      json(operationOf(heard) === 'ListTasks' ? { taskArns, nextToken: 'more' } : { tasks: [aTask()] }),
    );
    await adapter(server.url).runningDigests('demo', 'web', first);
    const described = server.heard.filter((one) => operationOf(one) === 'DescribeTasks');
    expect(described.map((one) => (bodyOf(one)['tasks'] as string[]).length)).toEqual(Array(10).fill(100));
    expect(server.heard.map((one) => bodyOf(one)['nextToken']).slice(0, 3)).toEqual([
      undefined,
      'more',
      'more',
    ]);
  });

  it('are unavailable where ECS is', async () => {
    await using server = await aServer(() => json({}, 500));
    await expect(adapter(server.url).runningDigests('demo', 'web', first)).rejects.toThrow(Unavailable);
  });
});

describe('the stopped tasks of a deployment', () => {
  it('say why, each in the words of ECS', async () => {
    await using ecs = await withTasks(2);
    const { taskArns } = ecs.model.handle('ListTasks', { cluster: 'demo', serviceName: 'web' });
    const [task] = taskArns as string[];
    ecs.model.hooks.exitTask(task ?? '', { exitCode: 3, reason: 'OutOfMemoryError: no more' });
    ecs.clock.advance(120_000);
    const [service] = await ecs.services.describe('demo', ['web']);
    const id = service?.deployments[0]?.id ?? '';
    expect(await ecs.tasks.stopped(web, id)).toEqual([
      {
        arn: task,
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        containers: [
          {
            name: 'app',
            exitCode: 3,
            reason: 'OutOfMemoryError: no more',
            digest: `sha256:${'5a'.repeat(32)}`,
          },
        ],
      },
    ]);
    expect(await ecs.tasks.stopped(web, 'ecs-svc/0')).toEqual([]);
    ecs.clock.advance(3_700_000);
    expect(await ecs.tasks.stopped(web, id)).toEqual([]);
  });

  it('come newest first, a hundred at most, without those that only will stop', async () => {
    const found = Array.from({ length: 120 }, (_, number) =>
      aTask({
        taskArn: `t${number}`,
        startedBy: 'ecs-svc/1',
        lastStatus: 'STOPPED',
        stoppedAt: 1_793_000_000 + number,
      }),
    );
    const ending = aTask({ taskArn: 'ending', startedBy: 'ecs-svc/1', lastStatus: 'DEPROVISIONING' });
    const timeless = { startedBy: 'ecs-svc/1', lastStatus: 'STOPPED', containers: [{}] };
    await using server = await aServer((heard) => {
      if (operationOf(heard) === 'ListTasks') return json({ taskArns: ['t'] });
      return json({ tasks: [...found, ending, timeless] });
    });
    const stopped = await adapter(server.url).stopped(web, 'ecs-svc/1');
    expect(stopped.map((one) => one.arn)).toEqual(
      Array.from({ length: 100 }, (_, number) => `t${119 - number}`),
    );
    expect(bodyOf(server.heard[0] ?? { method: '', path: '', headers: {}, body: '{}' })).toEqual({
      cluster: 'demo',
      serviceName: 'web',
      desiredStatus: 'STOPPED',
    });
  });
});
