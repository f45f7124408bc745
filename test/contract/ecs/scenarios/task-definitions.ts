import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { type Ecs, pageAfter, textsAt } from '../endpoint.ts';
import { container, fargateDefinition } from '../fixtures.ts';
import { api, facts, type Scenario } from '../scenario.ts';
import { quoted } from '../sources.ts';

export const registerDefaults: Scenario = {
  name: 'what ECS adds to a definition',
  async run(ecs) {
    const app = {
      name: 'app',
      image: 'shop/web:1',
      memory: 512,
      command: [],
      portMappings: [{ containerPort: 80 }],
      healthCheck: { command: ['CMD', 'true'] },
    };
    const bare = { name: 'proxy', image: 'shop/proxy:1', memory: 64, essential: false };
    const change = { cpu: '1 vCPU', memory: '2GB', containerDefinitions: [app, bare] };
    const answer = await ecs.call('RegisterTaskDefinition', fargateDefinition('defaults', change));
    const first = (path: string) => answer.at(`taskDefinition.containerDefinitions.0.${path}`);
    const second = (path: string) => answer.at(`taskDefinition.containerDefinitions.1.${path}`);
    return [
      ...facts(quoted.definitionDefaults, {
        'container cpu is 0': [first('cpu'), 0],
        'a container is essential': [first('essential'), true],
        'one that is not stays so': [second('essential'), false],
        'environment is []': [first('environment'), []],
        'mountPoints is []': [first('mountPoints'), []],
        'volumesFrom is []': [first('volumesFrom'), []],
        'portMappings is []': [second('portMappings'), []],
        'volumes is []': [answer.at('taskDefinition.volumes'), []],
        'placementConstraints is []': [answer.at('taskDefinition.placementConstraints'), []],
        'a port is tcp': [first('portMappings.0.protocol'), 'tcp'],
        'secrets stays absent': [first('secrets'), null],
        'entryPoint stays absent': [first('entryPoint'), null],
        'links stays absent': [first('links'), null],
        'taskRoleArn stays absent': [answer.at('taskDefinition.taskRoleArn'), null],
        'runtimePlatform stays absent': [answer.at('taskDefinition.runtimePlatform'), null],
        'an empty list that was given is echoed': [first('command'), []],
      }),
      ...facts(api('PortMapping'), {
        'under awsvpc the host port is the container port': [first('portMappings.0.hostPort'), 80],
      }),
      ...facts(api('HealthCheck'), {
        'a health check runs each 30 s': [first('healthCheck.interval'), 30],
        'it times out after 5 s': [first('healthCheck.timeout'), 5],
        'it is tried 3 times': [first('healthCheck.retries'), 3],
        'it has no start period': [first('healthCheck.startPeriod'), null],
      }),
      ...facts(api('RegisterTaskDefinition'), {
        '1 vCPU is 1024': [answer.at('taskDefinition.cpu'), '1024'],
        '2GB is 2048': [answer.at('taskDefinition.memory'), '2048'],
      }),
    ];
  },
};

export const registerAnswer: Scenario = {
  name: 'the answer to a registration',
  async run(ecs) {
    const tags = [{ key: 'team', value: 'shop' }];
    const change = { tags, enableFaultInjection: true };
    const answer = await ecs.call('RegisterTaskDefinition', fargateDefinition('answer', change));
    const bare = await ecs.call('DescribeTaskDefinition', { taskDefinition: 'answer' });
    const full = await ecs.call('DescribeTaskDefinition', { taskDefinition: 'answer', include: ['TAGS'] });
    return [
      ...facts(api('RegisterTaskDefinition'), {
        'it is ACTIVE': [answer.at('taskDefinition.status'), 'ACTIVE'],
        'its first revision is 1': [answer.at('taskDefinition.revision'), 1],
        'its ARN ends in family and revision': [
          arnEnd(answer.at('taskDefinition.taskDefinitionArn')),
          'answer:1',
        ],
        'tags come back beside it': [answer.at('tags'), tags],
        'it fits Fargate': [textsAt(answer, 'taskDefinition.compatibilities').includes('FARGATE'), true],
        'what it requires is echoed': [answer.at('taskDefinition.requiresCompatibilities'), ['FARGATE']],
        'it says when it was registered': [answer.at('taskDefinition.registeredAt') !== null, true],
        'it says by whom': [typeof answer.at('taskDefinition.registeredBy'), 'string'],
        'fault injection is kept': [answer.at('taskDefinition.enableFaultInjection'), true],
      }),
      ...facts(api('DescribeTaskDefinition'), {
        'tags are left out unless asked for': [bare.at('tags.0'), null],
        'tags are included when asked for': [full.at('tags'), tags],
      }),
    ];
  },
};

function arnEnd(arn: unknown): string {
  return String(arn).replace(/^.*\//, '');
}

export const environmentOrder: Scenario = {
  name: 'the order of environment variables',
  async run(ecs) {
    const names = ['NODE_ENV', 'DB_HOST', 'PORT', 'LOG_LEVEL', 'AWS_REGION', 'FEATURES', 'CACHE_URL'];
    const environment = names.map((name) => ({ name, value: '' }));
    const change = { containerDefinitions: [container({ environment })] };
    const answer = await ecs.call('RegisterTaskDefinition', fargateDefinition('ordered', change));
    const back = answer.at('taskDefinition.containerDefinitions.0.environment');
    const backNames = Array.isArray(back) ? back.map((entry) => entry.name) : null;
    return facts(quoted.environmentOrder, {
      'it is that of a Java HashMap by name': [
        backNames,
        ['AWS_REGION', 'PORT', 'NODE_ENV', 'DB_HOST', 'LOG_LEVEL', 'CACHE_URL', 'FEATURES'],
      ],
      'an empty value stays empty': [
        answer.at('taskDefinition.containerDefinitions.0.environment.0.value'),
        '',
      ],
    });
  },
};

async function register(ecs: Ecs, family: string) {
  return (await ecs.call('RegisterTaskDefinition', fargateDefinition(family))).at('taskDefinition.revision');
}

export const revisions: Scenario = {
  name: 'revisions of a family',
  async run(ecs) {
    await register(ecs, 'counted');
    const second = await register(ecs, 'counted');
    const other = await register(ecs, 'counted-apart');
    const retired = await ecs.call('DeregisterTaskDefinition', { taskDefinition: 'counted:2' });
    const newest = await ecs.call('DescribeTaskDefinition', { taskDefinition: 'counted' });
    const visible = await ecs.call('DescribeTaskDefinition', { taskDefinition: 'counted:2' });
    const third = await register(ecs, 'counted');
    return [
      ...facts(api('RegisterTaskDefinition'), {
        'they count up': [second, 2],
        'each family counts for itself': [other, 1],
        'a number is never given twice': [third, 3],
      }),
      ...facts(api('DeregisterTaskDefinition'), {
        'a deregistered revision is INACTIVE': [retired.at('taskDefinition.status'), 'INACTIVE'],
        'it says when that was': [retired.at('taskDefinition.deregisteredAt') !== null, true],
        'it can still be described': [visible.at('taskDefinition.status'), 'INACTIVE'],
      }),
      ...facts(api('DescribeTaskDefinition'), {
        'a family alone means its newest ACTIVE revision': [newest.at('taskDefinition.revision'), 1],
      }),
    ];
  },
};

export const noSuchDefinition: Scenario = {
  name: 'a definition that does not exist',
  async run(ecs) {
    await register(ecs, 'known');
    const family = await ecs.call('DescribeTaskDefinition', { taskDefinition: 'unheard-of' });
    const revision = await ecs.call('DescribeTaskDefinition', { taskDefinition: 'known:99' });
    const message = 'ClientException: Unable to describe task definition.';
    return facts(quoted.definitionUnknown, {
      'an unknown family': [family.error, message],
      'an unknown revision': [revision.error, message],
    });
  },
};

export const definitionLists: Scenario = {
  name: 'lists of definitions',
  async run(ecs) {
    for (const family of ['listed', 'listed', 'listed', 'listed-too']) await register(ecs, family);
    await ecs.call('DeregisterTaskDefinition', { taskDefinition: 'listed:2' });
    const list = (input: JsonObject) => ecs.call('ListTaskDefinitions', { familyPrefix: 'listed', ...input });
    const active = await list({});
    const page = await list({ maxResults: 1 });
    const next = await list({ maxResults: 1, ...pageAfter(page) });
    const ends = (answer: typeof active) => textsAt(answer, 'taskDefinitionArns').map(arnEnd);
    return facts(api('ListTaskDefinitions'), {
      'ACTIVE revisions, oldest first, of exactly that family': [ends(active), ['listed:1', 'listed:3']],
      'newest first': [ends(await list({ sort: 'DESC' })), ['listed:3', 'listed:1']],
      'INACTIVE ones': [ends(await list({ status: 'INACTIVE' })), ['listed:2']],
      'a page': [ends(page), ['listed:1']],
      'the page after it': [ends(next), ['listed:3']],
      'the last page has no token': [next.at('nextToken'), null],
      'of a family that does not exist': [ends(await list({ familyPrefix: 'unheard-of' })), []],
    });
  },
};
