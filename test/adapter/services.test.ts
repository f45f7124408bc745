import { ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../sandbox/ecs/aws-error.ts';
import { services } from '../../shared/aws/services.ts';
import { OutcomeUnknown, Refused, Throttled, Unavailable } from '../../shared/faults.ts';
import { aDefinition, anEcs, arn, aService } from './ecs-world.ts';
import { aServer, bodyOf, json, operationOf } from './http.ts';
import { at } from './settings.ts';
import { isSigned } from './signature.ts';

const missingService = new AwsError('ServiceNotFoundException', 'Service not found.');

async function withServices(count: number, switches: Parameters<typeof anEcs>[0] = {}) {
  const ecs = await anEcs(switches);
  ecs.model.handle('RegisterTaskDefinition', aDefinition());
  const names = Array.from({ length: count }, (_, number) => `web-${number}`);
  for (const name of names) ecs.model.handle('CreateService', aService(name));
  return { ...ecs, names };
}

describe('the services of a cluster', () => {
  it.each([
    ['full pages', false],
    ['pages as short as ECS likes', true],
  ])('are all listed, over %s', async (_what, shortPages) => {
    await using ecs = await withServices(105, { shortPages });
    expect((await ecs.services.list('demo')).toSorted()).toEqual(ecs.names.toSorted());
    expect(ecs.endpoint.ledger.count('ListServices')).toBeGreaterThan(1);
    expect(bodyOf(ecs.heard[0] ?? none)).toEqual({
      cluster: 'demo',
      maxResults: 100,
      resourceManagementType: 'CUSTOMER',
    });
  });

  it('with ARNs of the old format are found in the cluster that was asked', async () => {
    await using server = await aServer(() =>
      json({
        serviceArns: ['arn:aws:ecs:eu-west-1:000000000000:service/old', arn('service/demo/new'), 'nonsense'],
      }),
    );
    expect(await adapter(server.url).list('demo')).toEqual(['old', 'new']);
  });

  it('are described ten at a time, those that are missing left out', async () => {
    await using ecs = await withServices(12);
    const found = await ecs.services.describe('demo', [...ecs.names, 'gone']);
    expect(found.map(({ service }) => service)).toEqual(ecs.names);
    expect(ecs.heard.map((one) => (bodyOf(one)['services'] as string[]).length)).toEqual([10, 3]);
    expect(bodyOf(ecs.heard[0] ?? none)['include']).toEqual(['TAGS']);
  });

  it('are described in our words', async () => {
    await using ecs = await withServices(0);
    ecs.model.handle('CreateService', aService('web', { tags: [{ key: 'slipway:hold', value: '' }] }));
    expect(await ecs.services.describe('demo', ['web'])).toEqual([
      {
        cluster: 'demo',
        service: 'web',
        status: 'ACTIVE',
        controller: 'ECS',
        managedByEcs: false,
        taskDefinition: arn('task-definition/web:1'),
        tags: { 'slipway:hold': '' },
        deployments: [
          {
            id: expect.stringMatching(/^ecs-svc\/\d+$/),
            status: 'PRIMARY',
            taskDefinition: arn('task-definition/web:1'),
            rolloutState: 'IN_PROGRESS',
            reason: expect.stringContaining('in progress'),
            runningCount: 0,
            createdAt: expect.any(Number),
          },
        ],
        strategy: 'ROLLING',
        rollsBack: false,
        bakeMs: 0,
      },
    ]);
  });

  it('are listed one page at a time, as far as somebody asks', async () => {
    await using ecs = await withServices(105);
    const first = await ecs.services.page('demo');
    const second = await ecs.services.page('demo', first.next);
    expect(first.items).toHaveLength(100);
    expect([...first.items, ...second.items].toSorted()).toEqual(ecs.names.toSorted());
    expect(second.next).toBeUndefined();
    expect(bodyOf(ecs.heard[1] ?? none)).toEqual({
      cluster: 'demo',
      maxResults: 100,
      resourceManagementType: 'CUSTOMER',
      nextToken: first.next,
    });
    expect(await ecs.services.page('none')).toEqual({ items: [], next: undefined });
  });

  it.each<[string, object, object]>([
    ['nothing', {}, { strategy: 'ROLLING', rollsBack: false, bakeMs: 0 }],
    [
      'a circuit breaker that only stops',
      { deploymentCircuitBreaker: { enable: true, rollback: false } },
      { rollsBack: false },
    ],
    [
      'a circuit breaker that rolls back',
      { deploymentCircuitBreaker: { enable: true, rollback: true } },
      { rollsBack: true },
    ],
    [
      'alarms that roll back',
      { alarms: { alarmNames: ['a'], enable: true, rollback: true } },
      { rollsBack: true },
    ],
    [
      'alarms that are off',
      { alarms: { alarmNames: [], enable: false, rollback: true } },
      { rollsBack: false },
    ],
    [
      'blue and green',
      { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 10 },
      { strategy: 'BLUE_GREEN', bakeMs: 600_000 },
    ],
    [
      'a canary',
      { strategy: 'CANARY', bakeTimeInMinutes: 1, canaryConfiguration: { canaryBakeTimeInMinutes: 30 } },
      { strategy: 'CANARY', bakeMs: 31 * 60_000 },
    ],
    ['a canary as AWS thinks best', { strategy: 'CANARY' }, { bakeMs: 600_000 }],
    [
      'thirds',
      {
        strategy: 'LINEAR',
        bakeTimeInMinutes: 5,
        linearConfiguration: { stepPercent: 33.3, stepBakeTimeInMinutes: 2 },
      },
      { strategy: 'LINEAR', bakeMs: 11 * 60_000 },
    ],
    ['steps as AWS thinks best', { strategy: 'LINEAR' }, { bakeMs: 54 * 60_000 }],
    ['a strategy of tomorrow', { strategy: 'TELEPORT' }, { strategy: 'ROLLING' }],
  ])('say how ECS deploys them: %s', async (_what, deploymentConfiguration, said) => {
    await using server = await aServer(() =>
      json({ services: [{ serviceName: 'web', deploymentConfiguration }] }),
    );
    expect(await adapter(server.url).describe('demo', ['web'])).toMatchObject([said]);
  });

  it('count the running tasks of each deployment', async () => {
    await using server = await aServer(() =>
      json({ services: [{ serviceName: 'web', deployments: [{ id: 'ecs-svc/1', runningCount: 3 }, {}] }] }),
    );
    const [found] = await adapter(server.url).describe('demo', ['web']);
    expect(found?.deployments.map(({ runningCount }) => runningCount)).toEqual([3, 0]);
  });

  it('none of which is named are not asked for', async () => {
    await using ecs = await anEcs();
    expect(await ecs.services.describe('demo', [])).toEqual([]);
    expect(ecs.heard).toEqual([]);
  });

  it('are still found when one that is gone for good fails the whole call', async () => {
    await using ecs = await withServices(3);
    ecs.endpoint.faults.fail('DescribeServices', missingService, 1);
    const found = await ecs.services.describe('demo', ecs.names);
    expect(found.map(({ service }) => service)).toEqual(ecs.names);
    ecs.endpoint.faults.fail('DescribeServices', missingService, 1);
    expect(await ecs.services.describe('demo', ['web-0'])).toEqual([]);
  });

  it('that fail for any other reason than being missing are no answer', async () => {
    await using server = await aServer(() =>
      json({ services: [], failures: [{ arn: arn('service/demo/web'), reason: 'ACCESS_DENIED' }] }),
    );
    await expect(adapter(server.url).describe('demo', ['web'])).rejects.toThrow(
      new Unavailable(`DescribeServices: ${arn('service/demo/web')} ACCESS_DENIED`),
    );
  });

  it('of a cluster that is not there are none', async () => {
    await using ecs = await anEcs();
    expect(await ecs.services.list('none')).toEqual([]);
    expect(await ecs.services.describe('none', ['web', 'worker'])).toEqual([]);
    expect(ecs.endpoint.ledger.count()).toBe(2);
  });
});

describe('UpdateService', () => {
  it('is sent the cluster, the service and the task definition, and nothing else', async () => {
    await using ecs = await withServices(1);
    ecs.model.handle('RegisterTaskDefinition', aDefinition());
    const updated = await ecs.services.update('demo', 'web-0', arn('task-definition/web:2'));
    expect(updated).toMatchObject({ service: 'web-0', taskDefinition: arn('task-definition/web:2') });
    const [sent = none] = ecs.heard;
    expect(operationOf(sent)).toBe('UpdateService');
    expect(bodyOf(sent)).toEqual({
      cluster: 'demo',
      service: 'web-0',
      taskDefinition: arn('task-definition/web:2'),
    });
    expect(isSigned(sent, 'secret-of-the-test')).toBe(true);
  });

  it('is called once when its answer is lost', async () => {
    await using ecs = await withServices(1);
    ecs.endpoint.faults.dropAnswerAfter('UpdateService');
    await expect(ecs.services.update('demo', 'web-0', 'web:1')).rejects.toThrow(OutcomeUnknown);
    expect(ecs.endpoint.ledger.count('UpdateService')).toBe(1);
  });

  it('whose answer of success cannot be read has an unknown outcome', async () => {
    await using server = await aServer(() => ({ body: '<html>proxy</html>' }));
    await expect(adapter(server.url).update('demo', 'web', 'web:1')).rejects.toThrow(OutcomeUnknown);
    await expect(adapter(server.url).list('demo')).rejects.toThrow(Unavailable);
  });

  it('is refused in the words of ECS', async () => {
    await using ecs = await withServices(0);
    const refused = ecs.services.update('demo', 'none', 'web:1');
    await expect(refused).rejects.toThrow(Refused);
    await expect(refused).rejects.toMatchObject({
      code: 'ServiceNotFoundException',
      message: 'Service not found.',
    });
  });

  it.each([
    ['ThrottlingException', 'Rate exceeded'],
    ['InvalidParameterException', 'Unable to use EC2: Request limit exceeded.'],
    ['InvalidParameterException', 'Elastic Load Balancing said: Rate exceeded'],
  ])('that is throttled (%s: %s) had no effect, and is not repeated here', async (code, message) => {
    await using ecs = await withServices(1);
    ecs.endpoint.faults.fail('UpdateService', new AwsError(code, message), 1);
    await expect(ecs.services.update('demo', 'web-0', 'web:1')).rejects.toThrow(
      new Throttled(`UpdateService: ${code}: ${message}`),
    );
    expect(ecs.endpoint.ledger.count('UpdateService')).toBe(1);
  });
});

describe('the deployment records of a service', () => {
  it('name the revision, how it stands, and why', async () => {
    await using ecs = await withServices(1);
    expect(await ecs.services.deploymentRecords('demo', 'web-0')).toEqual([
      {
        arn: expect.stringMatching(/:service-deployment\/demo\/web-0\/\w+$/),
        targetServiceRevisionArn: expect.stringMatching(/:service-revision\/demo\/web-0\/\d+$/),
        status: 'PENDING',
        reason: undefined,
        lifecycleStage: undefined,
        paused: false,
      },
    ]);
  });

  it.each([
    [[{ targetType: 'PAUSE', status: 'AWAITING_ACTION' }], true],
    [[{ targetType: 'AWS_LAMBDA', status: 'AWAITING_ACTION' }], false],
    [[{ targetType: 'PAUSE', status: 'SUCCEEDED' }], false],
    [undefined, false],
  ])(
    'tell of one that goes on at which stage it is, and with hooks %j whether it waits for a person: %s',
    async (lifecycleHookDetails, paused) => {
      const [going, over] = [{ serviceDeploymentArn: 'a' }, { serviceDeploymentArn: 'b' }];
      const listed = [
        { ...going, status: 'IN_PROGRESS' },
        { ...over, status: 'SUCCESSFUL' },
      ];
      const described = { ...going, lifecycleStage: 'POST_SCALE_UP', lifecycleHookDetails };
      await using server = await aServer((heard) =>
        json({ serviceDeployments: operationOf(heard) === 'ListServiceDeployments' ? listed : [described] }),
      );
      const records = await adapter(server.url).deploymentRecords('demo', 'web');
      expect(records).toMatchObject([{ arn: 'a', lifecycleStage: 'POST_SCALE_UP', paused }, { arn: 'b' }]);
      expect(records[1]).not.toHaveProperty('paused');
      expect(bodyOf(server.heard[1] ?? none)).toEqual({ serviceDeploymentArns: ['a'] });
    },
  );

  it('are read page by page, three at most', async () => {
    await using server = await aServer((_heard, times) =>
      json({ serviceDeployments: [{ status: 'STOPPED', statusReason: `page ${times}` }], nextToken: 'more' }),
    );
    const records = await adapter(server.url).deploymentRecords('demo', 'web');
    expect(records.map(({ reason }) => reason)).toEqual(['page 1', 'page 2', 'page 3']);
    expect(server.heard.map((one) => bodyOf(one)['nextToken'])).toEqual([undefined, 'more', 'more']);
  });
});

describe('StopServiceDeployment', () => {
  it('is told to roll back', async () => {
    await using server = await aServer(() => json({ serviceDeploymentArn: 'a' }));
    await adapter(server.url).rollBack('a');
    expect(server.heard.map((one) => [operationOf(one), bodyOf(one)])).toEqual([
      ['StopServiceDeployment', { serviceDeploymentArn: 'a', stopType: 'ROLLBACK' }],
    ]);
  });

  it('of a deployment that there is not is refused; a lost answer is an unknown outcome', async () => {
    await using ecs = await withServices(1);
    const record = arn('service-deployment/demo/web-0/none');
    await expect(ecs.services.rollBack(record)).rejects.toThrow(Refused);
    ecs.endpoint.faults.dropBefore('StopServiceDeployment');
    await expect(ecs.services.rollBack(record)).rejects.toThrow(OutcomeUnknown);
    expect(ecs.endpoint.ledger.count('StopServiceDeployment')).toBe(2);
  });

  it('makes ECS go back to what ran before', async () => {
    await using ecs = await withServices(1);
    ecs.clock.advance(600_000);
    ecs.model.handle('RegisterTaskDefinition', aDefinition());
    await ecs.services.update('demo', 'web-0', arn('task-definition/web:2'));
    const [newest] = await ecs.services.deploymentRecords('demo', 'web-0');
    await ecs.services.rollBack(newest?.arn ?? '');
    const [stopped] = await ecs.services.deploymentRecords('demo', 'web-0');
    expect(stopped?.arn).toBe(newest?.arn);
    expect(stopped?.status).toMatch(/^(?:STOP|ROLLBACK)/);
  });
});

const none = { method: '', path: '', headers: {}, body: '{}' };

function adapter(url: string) {
  return services(new ECSClient(at(url)), new ECSClient({ ...at(url), maxAttempts: 1 }));
}
