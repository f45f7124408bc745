import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { type Answer, type Ecs, listAt, textAt } from '../endpoint.ts';
import {
  clusterWithService,
  describeService,
  fargateDefinition,
  serviceInput,
  stableService,
} from '../fixtures.ts';
import { api, facts, type Scenario } from '../scenario.ts';
import { quoted } from '../sources.ts';

function update(ecs: Ecs, name: string, change: JsonObject): Promise<Answer> {
  return ecs.call('UpdateService', { cluster: name, service: name, ...change });
}

async function steady(ecs: Ecs, name: string): Promise<string> {
  await clusterWithService(ecs, name);
  return textAt(await stableService(ecs, name), 'services.0.deployments.0.id');
}

export const newDefinition: Scenario = {
  name: 'an update to another definition',
  async run(ecs) {
    const before = await steady(ecs, 'rolled');
    await ecs.call('RegisterTaskDefinition', fargateDefinition('rolled'));
    const answer = await update(ecs, 'rolled', { taskDefinition: 'rolled:2' });
    const at = (path: string) => answer.at(`service.deployments.${path}`);
    const primary = textAt(answer, 'service.deployments.0.id');
    const reason = `ECS deployment ${primary} in progress.`;
    const after = await stableService(ecs, 'rolled');
    const done = (path: string) => after.at(`services.0.${path}`);
    const isRevision = (value: unknown, revision: number) =>
      new RegExp(`^arn:.*:task-definition/rolled:${revision}$`).test(String(value));
    return [
      ...facts(api('UpdateService'), {
        'the service has the new definition, as an ARN': [
          isRevision(answer.at('service.taskDefinition'), 2),
          true,
        ],
        'there are two deployments': [listAt(answer, 'service.deployments').length, 2],
        'the first is PRIMARY': [at('0.status'), 'PRIMARY'],
        'under a new id': [primary.startsWith('ecs-svc/') && primary !== before, true],
        'of the new definition': [isRevision(at('0.taskDefinition'), 2), true],
        'in progress': [at('0.rolloutState'), 'IN_PROGRESS'],
        'for this reason': [at('0.rolloutStateReason') === reason, true],
        'nothing of it runs yet': [at('0.runningCount'), 0],
        'nothing of it has failed': [at('0.failedTasks'), 0],
        'the second is ACTIVE': [at('1.status'), 'ACTIVE'],
        'under the id from before': [at('1.id') === before, true],
        'of the old definition': [isRevision(at('1.taskDefinition'), 1), true],
        'still COMPLETED': [at('1.rolloutState'), 'COMPLETED'],
        'still running': [at('1.runningCount'), 1],
      }),
      ...facts(api('Deployment'), {
        'in the end one deployment is left': [listAt(after, 'services.0.deployments').length, 1],
        'the new one': [done('deployments.0.id') === primary, true],
        COMPLETED: [done('deployments.0.rolloutState'), 'COMPLETED'],
        'with its definition': [isRevision(done('taskDefinition'), 2), true],
      }),
    ];
  },
};

export const sameDefinition: Scenario = {
  name: 'updates that change little',
  async run(ecs) {
    const before = await steady(ecs, 'same');
    const same = await update(ecs, 'same', { taskDefinition: 'same:1' });
    const scaled = await update(ecs, 'same', { desiredCount: 2 });
    const forced = await update(ecs, 'same', { forceNewDeployment: true });
    const first = (answer: Answer) => answer.at('service.deployments.0.id');
    return facts(api('UpdateService'), {
      'the same definition is no new deployment': [first(same) === before, true],
      'another count is no new deployment': [first(scaled) === before, true],
      'another count is taken over': [scaled.at('service.desiredCount'), 2],
      'a forced one is a new deployment': [
        typeof first(forced) === 'string' && first(forced) !== before,
        true,
      ],
      'of the same definition': [
        forced.at('service.deployments.0.taskDefinition') === same.at('service.taskDefinition'),
        true,
      ],
      'in progress': [forced.at('service.deployments.0.rolloutState'), 'IN_PROGRESS'],
    });
  },
};

export const refusedUpdates: Scenario = {
  name: 'updates that are refused',
  async run(ecs) {
    await clusterWithService(ecs, 'firm');
    await ecs.call('RegisterTaskDefinition', fargateDefinition('firm'));
    await ecs.call('DeregisterTaskDefinition', { taskDefinition: 'firm:2' });
    const input = { cluster: 'firm', serviceName: 'blue-green', taskDefinition: 'firm:1' };
    const deploymentController = { type: 'CODE_DEPLOY' };
    await ecs.call('CreateService', serviceInput(ecs, { ...input, deploymentController }));
    await ecs.call('RegisterTaskDefinition', fargateDefinition('firm'));
    const refusal = async (change: JsonObject) => (await update(ecs, 'firm', change)).error;
    const blueGreen = await refusal({ service: 'blue-green', taskDefinition: 'firm:3' });
    return [
      ...facts(quoted.definitionInactive, {
        'to an INACTIVE revision': [
          await refusal({ taskDefinition: 'firm:2' }),
          'ClientException: TaskDefinition is inactive',
        ],
      }),
      ...facts(api('UpdateService'), {
        'to a revision that does not exist': [
          await refusal({ taskDefinition: 'firm:99' }),
          'ClientException: TaskDefinition not found.',
        ],
        'to a family that does not exist': [
          await refusal({ taskDefinition: 'unheard-of' }),
          'ClientException: TaskDefinition not found.',
        ],
        'of a service that does not exist': [
          await refusal({ service: 'unheard-of' }),
          'ServiceNotFoundException: Service not found.',
        ],
      }),
      ...facts(quoted.codeDeploy, {
        'of one that CodeDeploy rolls': [
          blueGreen,
          'InvalidParameterException: Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
        ],
      }),
    ];
  },
};

export const deletedService: Scenario = {
  name: 'the end of a service',
  async run(ecs) {
    await steady(ecs, 'ending');
    const held = await ecs.call('DeleteService', { cluster: 'ending', service: 'ending' });
    await update(ecs, 'ending', { desiredCount: 0 });
    const gone = await ecs.call('DeleteService', { cluster: 'ending', service: 'ending' });
    const described = await describeService(ecs, 'ending');
    const listed = await ecs.call('ListServices', { cluster: 'ending' });
    const updated = await update(ecs, 'ending', { desiredCount: 1 });
    const unknown = await ecs.call('DeleteService', { cluster: 'ending', service: 'unheard-of' });
    await clusterWithService(ecs, 'forced-end');
    const forced = await ecs.call('DeleteService', {
      cluster: 'forced-end',
      service: 'forced-end',
      force: true,
    });
    const ended = ['DRAINING', 'INACTIVE'];
    return [
      ...facts(api('DeleteService'), {
        'one that is scaled above 0 is kept': [held.errorType, 'InvalidParameterException'],
        'one that is scaled to 0 goes': [ended.includes(textAt(gone, 'service.status')), true],
        'it can still be described': [ended.includes(textAt(described, 'services.0.status')), true],
        'it is no longer listed': [listed.at('serviceArns'), []],
        'with force it goes at any scale': [ended.includes(textAt(forced, 'service.status')), true],
        'one that does not exist': [unknown.error, 'ServiceNotFoundException: Service not found.'],
      }),
      ...facts(api('UpdateService'), {
        'it cannot be updated': [updated.errorType, 'ServiceNotActiveException'],
      }),
    ];
  },
};
