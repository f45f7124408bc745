import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { type Ecs, pageAfter, textAt, textsAt } from '../endpoint.ts';
import { clusterWithDefinition, clusterWithService, serviceInput, stableService, tail } from '../fixtures.ts';
import { api, facts, guide, type Scenario } from '../scenario.ts';
import { quoted } from '../sources.ts';

export const newService: Scenario = {
  name: 'a new service',
  async run(ecs) {
    const tags = [{ key: 'team', value: 'shop' }];
    const breaker = { enable: true, rollback: true };
    const deploymentConfiguration = { deploymentCircuitBreaker: breaker };
    const answer = await clusterWithService(ecs, 'fresh', { tags, deploymentConfiguration });
    const at = (path: string) => answer.at(`service.${path}`);
    const text = (path: string) => textAt(answer, `service.${path}`);
    return [
      ...facts(api('CreateService'), {
        'it is ACTIVE': [at('status'), 'ACTIVE'],
        'its ARN names cluster and service': [
          text('serviceArn').replace(/^.*:service/, 'service'),
          'service/fresh/fresh',
        ],
        'a definition given by family comes back as the ARN of a revision': [
          /^arn:aws:ecs:.*:task-definition\/fresh:1$/.test(text('taskDefinition')),
          true,
        ],
        'its desired count is that asked for': [at('desiredCount'), 1],
        'its launch type is that asked for': [at('launchType'), 'FARGATE'],
        'it is a REPLICA service': [at('schedulingStrategy'), 'REPLICA'],
        'its circuit breaker is kept': [
          at('deploymentConfiguration.deploymentCircuitBreaker.rollback'),
          true,
        ],
        'at least 100 percent stay healthy': [at('deploymentConfiguration.minimumHealthyPercent'), 100],
        'at most 200 percent run': [at('deploymentConfiguration.maximumPercent'), 200],
        'its subnets are kept': [
          at('networkConfiguration.awsvpcConfiguration.subnets.0') === ecs.subnet,
          true,
        ],
        'ECS Exec is off': [at('enableExecuteCommand'), false],
        'its tags come back': [at('tags'), tags],
      }),
      ...facts(api('Deployment'), {
        'it has one deployment': [textsAt(answer, 'service.deployments').length, 1],
        'that is PRIMARY': [at('deployments.0.status'), 'PRIMARY'],
        'in progress': [at('deployments.0.rolloutState'), 'IN_PROGRESS'],
        'named ecs-svc and a number': [/^ecs-svc\/\d{10,20}$/.test(text('deployments.0.id')), true],
        'of the same definition': [at('deployments.0.taskDefinition') === at('taskDefinition'), true],
      }),
    ];
  },
};

export const steadyService: Scenario = {
  name: 'a service that has become steady',
  async run(ecs) {
    const created = await clusterWithService(ecs, 'steady', { desiredCount: 2 });
    const answer = await stableService(ecs, 'steady');
    const at = (path: string) => answer.at(`services.0.${path}`);
    const reason = `ECS deployment ${textAt(created, 'service.deployments.0.id')} completed.`;
    const tasks = await ecs.call('ListTasks', { cluster: 'steady', serviceName: 'steady' });
    const described = await ecs.call('DescribeTasks', { cluster: 'steady', tasks: tasks.at('taskArns') });
    const task = (path: string) => described.at(`tasks.0.${path}`);
    const messages = Array.isArray(at('events')) ? JSON.stringify(at('events')) : '';
    return [
      ...facts(api('Service'), {
        'runs as many tasks as desired': [at('runningCount'), 2],
        'has none pending': [at('pendingCount'), 0],
      }),
      ...facts(api('Deployment'), {
        'its deployment is COMPLETED': [at('deployments.0.rolloutState'), 'COMPLETED'],
        'for this reason': [at('deployments.0.rolloutStateReason') === reason, true],
        'under the id it began with': [
          at('deployments.0.id') === created.at('service.deployments.0.id'),
          true,
        ],
      }),
      ...facts(guide('service-event-messages-list'), {
        'it says so in its events': [messages.includes('(service steady) has reached a steady state.'), true],
      }),
      ...facts(api('Task'), {
        'its tasks are listed': [textsAt(tasks, 'taskArns').length, 2],
        'its tasks belong to its group': [task('group'), 'service:steady'],
        'its tasks were started by its deployment': [
          task('startedBy') === created.at('service.deployments.0.id'),
          true,
        ],
      }),
    ];
  },
};

export const refusedServices: Scenario = {
  name: 'services that cannot be created',
  async run(ecs) {
    await clusterWithService(ecs, 'taken');
    const create = async (change: JsonObject) => {
      const input = { cluster: 'taken', serviceName: 'other', taskDefinition: 'taken', ...change };
      return (await ecs.call('CreateService', serviceInput(ecs, input))).error;
    };
    await clusterWithDefinition(ecs, 'retired');
    await ecs.call('DeregisterTaskDefinition', { taskDefinition: 'retired:1' });
    return [
      ...facts(quoted.notIdempotent, {
        'one of the same name': [
          await create({ serviceName: 'taken', desiredCount: 3 }),
          'InvalidParameterException: Creation of service was not idempotent.',
        ],
      }),
      ...facts(quoted.networkMissing, {
        'awsvpc without a network': [
          await create({ networkConfiguration: undefined }),
          "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        ],
      }),
      ...facts(quoted.definitionInactive, {
        'of an INACTIVE revision': [
          await create({ serviceName: 'third', taskDefinition: 'retired:1' }),
          'ClientException: TaskDefinition is inactive',
        ],
      }),
      ...facts(api('CreateService'), {
        'of a definition that does not exist': [
          await create({ serviceName: 'fourth', taskDefinition: 'unheard-of' }),
          'ClientException: TaskDefinition not found.',
        ],
      }),
    ];
  },
};

export const describedServices: Scenario = {
  name: 'services as they are described',
  async run(ecs) {
    const tags = [{ key: 'team', value: 'shop' }];
    const created = await clusterWithService(ecs, 'described', { tags });
    await ecs.call('CreateCluster', { clusterName: 'apart' });
    const arn = textAt(created, 'service.serviceArn');
    const describe = (services: readonly string[], more = {}) =>
      ecs.call('DescribeServices', { cluster: 'described', services, ...more });
    const missing = await describe([arn, `${arn}-gone`]);
    const elsewhere = await ecs.call('DescribeServices', { cluster: 'apart', services: ['described'] });
    const eleven = Array.from({ length: 11 }, (_, index) => `service-${index}`);
    const withTags = await describe(['described'], { include: ['TAGS'] });
    const bare = await describe(['described']);
    return [
      ...facts(quoted.failures, {
        'one that exists is there': [missing.at('services.0.serviceName'), 'described'],
        'one that does not is a failure': [missing.at('failures.0.reason'), 'MISSING'],
        'named by the ARN that was given': [missing.at('failures.0.arn') === `${arn}-gone`, true],
        'one of another cluster is a failure': [elsewhere.at('failures.0.reason'), 'MISSING'],
        'by name it is named by ARN': [tail(elsewhere.at('failures.0.arn')), 'described'],
      }),
      ...facts(quoted.atMostTenServices, {
        'more than ten': [
          (await describe(eleven)).error,
          'InvalidParameterException: service names can have at most 10 items.',
        ],
      }),
      ...facts(quoted.servicesEmpty, {
        none: [(await describe([])).error, 'InvalidParameterException: Services cannot be empty.'],
      }),
      ...facts(api('DescribeServices'), {
        'tags are left out unless asked for': [bare.at('services.0.tags.0'), null],
        'tags are included when asked for': [withTags.at('services.0.tags'), tags],
      }),
    ];
  },
};

export const listedServices: Scenario = {
  name: 'services in lists',
  async run(ecs) {
    await clusterWithDefinition(ecs, 'many');
    await clusterWithService(ecs, 'as-many');
    for (let index = 0; index < 12; index += 1) await idleService(ecs, `service-${index}`);
    const list = (input: JsonObject) => ecs.call('ListServices', { cluster: 'many', ...input });
    const first = await list({});
    const second = await list(pageAfter(first));
    const all = new Set([...textsAt(first, 'serviceArns'), ...textsAt(second, 'serviceArns')]);
    const count = async (input: JsonObject) => textsAt(await list(input), 'serviceArns').length;
    return facts(api('ListServices'), {
      'a page has ten unless asked otherwise': [textsAt(first, 'serviceArns').length, 10],
      'a token leads on': [typeof first.at('nextToken'), 'string'],
      'two pages have all of them': [all.size, 12],
      'the last page has no token': [second.at('nextToken'), null],
      'a longer page': [await count({ maxResults: 100 }), 12],
      'a shorter page': [await count({ maxResults: 5 }), 5],
      'of another launch type': [await count({ launchType: 'EC2' }), 0],
      'of another scheduling strategy': [await count({ schedulingStrategy: 'DAEMON' }), 0],
      'none of another cluster whose name ends alike': [
        [...all].some((arn) => arn.includes('as-many')),
        false,
      ],
    });
  },
};

function idleService(ecs: Ecs, serviceName: string) {
  const input = { cluster: 'many', serviceName, taskDefinition: 'many', desiredCount: 0 };
  return ecs.call('CreateService', serviceInput(ecs, input));
}
