import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inHashMapOrder, javaHash } from '../../../../sandbox/ecs/definitions/environment-order.ts';
import { show } from '../../../../sandbox/ecs/input.ts';
import { type JsonObject, parseLossless, printLossless } from '../../../../shared/domain/lossless-json.ts';
import { definition, EcsWorld, first, object, objects, onInstances, text } from './world.ts';

const container = (more: JsonObject): JsonObject => ({
  containerDefinitions: [{ name: 'app', image: 'fine:1', ...more }],
});
const ecr = '000000000000.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1';
const bridge = { ...onInstances, cpu: undefined, memory: undefined };
const register = (world: EcsWorld, more: JsonObject = {}) =>
  object(world.call('RegisterTaskDefinition', definition(more)), 'taskDefinition');

describe('RegisterTaskDefinition', () => {
  it.each<[JsonObject, string]>([
    [
      { cpu: '4096', memory: '4096' },
      'No Fargate configuration exists for given values: 4096 CPU, 4096 memory',
    ],
    [{ cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    [{ networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
    [
      container({ image: ecr }),
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    [
      container({ logConfiguration: { logDriver: 'awslogs' } }),
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [
      { ...bridge },
      "Invalid setting for container 'app'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    [container({ memory: 3 }), "Invalid 'memory' setting for container 'app'."],
    [
      container({ portMappings: [{ containerPort: 70_000 }] }),
      "Invalid 'containerPort' setting for container 'app'.",
    ],
    [container({ image: '' }), 'Container.image should not be null or empty.'],
    [
      container({ portMappings: [{ containerPort: 80, hostPort: 81 }] }),
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ],
    [
      container({ cpu: 512 }),
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    [
      {
        containerDefinitions: [
          { name: 'app', image: 'a', dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }] },
          { name: 'init', image: 'b' },
        ],
      },
      'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
    ],
    [
      { containerDefinitions: Array.from({ length: 11 }, (_, at) => ({ name: `c${at}`, image: 'a' })) },
      'Too many containers.',
    ],
    [{ taskRoleArn: 'not a role' }, 'Role is not valid'],
    [{ family: '' }, 'Family should not be null or empty.'],
    [{ containerDefinitions: [] }, 'Container list cannot be empty.'],
  ])('F1 (recorded): %j is a ClientException', (more, message) => {
    expect(new EcsWorld().refusal('RegisterTaskDefinition', definition(more))).toBe(
      `ClientException: ${message}`,
    );
  });

  it('F1 (recorded): says how long a definition is that is too long', () => {
    const refusal = new EcsWorld().refusal(
      'RegisterTaskDefinition',
      definition(container({ command: ['x'.repeat(70_000)] })),
    );
    expect(refusal).toMatch(
      /^ClientException: Actual length: '70\d{3}'\. Max allowed length is '65536' bytes\.$/,
    );
  });

  it('F1: asks for an essential container', () => {
    expect(
      new EcsWorld().refusal('RegisterTaskDefinition', definition(container({ essential: false }))),
    ).toContain('InvalidParameterException');
  });

  it('F2 (recorded): fills in what was left out, and nothing else', () => {
    const world = new EcsWorld();
    const registered = register(
      world,
      container({ portMappings: [{ containerPort: 80 }], healthCheck: { command: ['CMD', 'true'] } }),
    );
    expect(first(registered, 'containerDefinitions')).toEqual({
      name: 'app',
      image: 'fine:1',
      cpu: 0,
      essential: true,
      portMappings: [{ containerPort: 80, hostPort: 80, protocol: 'tcp' }],
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      healthCheck: { command: ['CMD', 'true'], interval: 30, timeout: 5, retries: 3 },
    });
    expect(registered).toEqual({
      ...definition(),
      containerDefinitions: expect.anything(),
      volumes: [],
      placementConstraints: [],
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:000000000000:task-definition/web:1',
      revision: 1,
      status: 'ACTIVE',
      compatibilities: expect.arrayContaining(['EC2', 'FARGATE']),
      requiresAttributes: expect.anything(),
      registeredAt: expect.any(Number),
      registeredBy: 'arn:aws:iam::000000000000:user/test',
    });
  });

  it('F2: a bridge port gets the host port 0, and what computes to nothing is absent', () => {
    const registered = register(new EcsWorld(), {
      ...bridge,
      ...container({ memory: 128, portMappings: [{ containerPort: 80 }] }),
    });
    expect(first(first(registered, 'containerDefinitions'), 'portMappings')).toEqual({
      containerPort: 80,
      hostPort: 0,
      protocol: 'tcp',
    });
    expect(registered).not.toHaveProperty('requiresAttributes');
    for (const key of ['cpu', 'memory', 'runtimePlatform', 'taskRoleArn'])
      expect(registered).not.toHaveProperty(key);
  });

  it.each([
    [
      { cpu: '1 vCPU', memory: '2GB' },
      { cpu: '1024', memory: '2048' },
    ],
    [
      { cpu: '.25 vCPU', memory: '0.5 GB' },
      { cpu: '256', memory: '512' },
    ],
  ])('F2 (documented): %j is stored as %j', (given, stored) => {
    expect(register(new EcsWorld(), given)).toMatchObject(stored);
  });

  it('F2 (recorded): an empty list that was given comes back', () => {
    const given = { command: [], entryPoint: [], secrets: [], links: [], ulimits: [], dnsServers: [] };
    expect(first(register(new EcsWorld(), container(given)), 'containerDefinitions')).toMatchObject(given);
  });

  it('F2 (switches): systemControls and fault injection come or do not', () => {
    const world = new EcsWorld({
      switches: { addsSystemControls: false, addsFaultInjection: true, addsManagedInstances: false },
    });
    const registered = register(world);
    expect(first(registered, 'containerDefinitions')).not.toHaveProperty('systemControls');
    expect(registered).toMatchObject({ enableFaultInjection: false, compatibilities: ['EC2', 'FARGATE'] });
  });

  it('F2: computes what an instance must be able to do', () => {
    const executionRoleArn = 'arn:aws:iam::000000000000:role/exec';
    const logConfiguration = { logDriver: 'awslogs' };
    const registered = register(new EcsWorld(), {
      executionRoleArn,
      ...container({
        image: ecr,
        logConfiguration,
        secrets: [{ name: 'A', valueFrom: 'b' }],
        healthCheck: { command: ['a'] },
      }),
    });
    expect(objects(registered, 'requiresAttributes').map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'ecs.capability.execution-role-ecr-pull',
        'ecs.capability.task-eni',
        'com.amazonaws.ecs.capability.logging-driver.awslogs',
      ]),
    );
  });

  it('F4 (recorded): answers the definition and its tags; Describe gives tags when asked', () => {
    const world = new EcsWorld();
    const tags = [{ key: 'team', value: 'shop' }];
    expect(world.call('RegisterTaskDefinition', definition({ tags }))).toMatchObject({
      tags,
      taskDefinition: { revision: 1 },
    });
    expect(world.call('DescribeTaskDefinition', { taskDefinition: 'web' })).not.toHaveProperty('tags');
    const described = world.call('DescribeTaskDefinition', { taskDefinition: 'web', include: ['TAGS'] });
    expect(described).toMatchObject({ tags });
    expect(object(described, 'taskDefinition')).not.toHaveProperty('tags');
  });

  it('F5: keeps members that nobody knows, and logs them', () => {
    const world = new EcsWorld();
    const registered = register(world, { ...container({ gpuSharing: { deep: [1, ''] } }), newMember: '' });
    expect(registered['newMember']).toBe('');
    expect(first(registered, 'containerDefinitions')).toMatchObject({ gpuSharing: { deep: [1, ''] } });
    expect(world.logged).toEqual([{ members: ['newMember', 'containerDefinitions[].gpuSharing'] }]);
  });

  it('F5: numbers beyond 2^53 survive', () => {
    const sent = parseLossless('{"big":9007199254740993,"exact":1.10,"far":1e400}') as JsonObject;
    const registered = register(new EcsWorld(), container({ future: sent }));
    expect(printLossless(registered)).toContain('{"big":9007199254740993,"exact":1.10,"far":1e400}');
  });

  it('F6 (recorded, switch): concurrent attempts', () => {
    const world = new EcsWorld({ switches: { concurrentRegistrations: 1 } });
    expect(world.refusal('RegisterTaskDefinition', definition())).toBe(
      'ClientException: Too many concurrent attempts to create a new revision of the specified family.',
    );
    expect(world.call('ListTaskDefinitions')).toEqual({ taskDefinitionArns: [] });
  });

  it('counts revisions up, deregistered ones included', () => {
    const world = new EcsWorld();
    world.register();
    world.call('DeregisterTaskDefinition', { taskDefinition: 'web:1' });
    expect(world.register()).toMatch(/web:2$/);
  });
});

describe('the order of environment', () => {
  it('F3: hashes as Java does', () => {
    expect([javaHash(''), javaHash('a'), javaHash('PATH'), javaHash('polygenelubricants')]).toEqual([
      0, 97, 2448421, -2147483648,
    ]);
  });

  it('F3: names come in the order of their slots', () => {
    const names = ['NODE_ENV', 'PORT', 'LOG_LEVEL', 'DATABASE_URL', 'REDIS_URL'];
    const order = inHashMapOrder(names.map((name) => ({ name, value: '1' }))).map(({ name }) => name);
    const slot = (name: string) => (javaHash(name) ^ (javaHash(name) >>> 16)) & 7;
    expect(order.map((name) => slot(show(name)))).toEqual(
      names.map(slot).toSorted((one, other) => one - other),
    );
  });

  it('F3 (property): keeps every entry, whatever order they came in', () => {
    const entries = fc.uniqueArray(fc.record({ name: fc.string(), value: fc.string() }), {
      selector: ({ name }) => name,
      maxLength: 40,
    });
    fc.assert(
      fc.property(entries, (given) => {
        const ordered = inHashMapOrder(given);
        expect(ordered).toHaveLength(given.length);
        expect(new Set(ordered)).toEqual(new Set(given));
        expect(inHashMapOrder(ordered)).toEqual(ordered);
      }),
    );
  });

  it('F3 (switches): or in any order, containers and secrets too', () => {
    const names = Array.from({ length: 30 }, (_, index) => `NAME_${index}`);
    const environment = names.map((name) => ({ name, value: '' }));
    const secrets = names.map((name) => ({ name: `S${name}`, valueFrom: name }));
    const of = (randomOrder: boolean) => {
      const world = new EcsWorld({
        switches: { randomEnvironmentOrder: randomOrder, randomContainerOrder: randomOrder },
      });
      return first(register(world, container({ environment, secrets })), 'containerDefinitions');
    };
    const order = (list: JsonObject[]) => list.map((one) => text(one, 'name'));
    expect(order(objects(of(false), 'environment'))).toEqual(
      inHashMapOrder(environment).map(({ name }) => name),
    );
    expect(order(objects(of(true), 'environment'))).not.toEqual(order(objects(of(false), 'environment')));
    expect(objects(of(false), 'secrets')).toEqual(secrets);
    expect(objects(of(true), 'secrets')).not.toEqual(secrets);
  });
});
