import { awaited, type Ecs, listAt, textAt } from '../endpoint.ts';
import { clusterWithService, describeService, fargateDefinition, stableService, tail } from '../fixtures.ts';
import { api, facts, type Scenario } from '../scenario.ts';

async function newestDeployment(ecs: Ecs, name: string): Promise<string> {
  const listed = await ecs.call('ListServiceDeployments', { cluster: name, service: name });
  return textAt(listed, 'serviceDeployments.0.serviceDeploymentArn');
}

function describeDeployment(ecs: Ecs, arn: string) {
  return ecs.call('DescribeServiceDeployments', { serviceDeploymentArns: [arn] });
}

export const finishedDeployment: Scenario = {
  name: 'a service deployment that succeeds',
  async run(ecs) {
    await clusterWithService(ecs, 'deployed', { desiredCount: 1 });
    const stable = await stableService(ecs, 'deployed');
    const number = tail(stable.at('services.0.deployments.0.id'));
    const listed = await ecs.call('ListServiceDeployments', { cluster: 'deployed', service: 'deployed' });
    const arn = textAt(listed, 'serviceDeployments.0.serviceDeploymentArn');
    const described = await awaited(
      ecs,
      () => describeDeployment(ecs, arn),
      (answer) => answer.at('serviceDeployments.0.status') === 'SUCCESSFUL',
    );
    const revision = textAt(described, 'serviceDeployments.0.targetServiceRevision.arn');
    const revisions = await ecs.call('DescribeServiceRevisions', { serviceRevisionArns: [revision] });
    return [
      ...facts(api('ListServiceDeployments'), {
        'is listed': [listAt(listed, 'serviceDeployments').length, 1],
        'by its own ARN': [/:service-deployment\/deployed\/deployed\/[A-Za-z0-9_-]{21}$/.test(arn), true],
      }),
      ...facts(api('ServiceDeployment'), {
        'is SUCCESSFUL': [described.at('serviceDeployments.0.status'), 'SUCCESSFUL'],
        'says when it finished': [described.at('serviceDeployments.0.finishedAt') !== null, true],
        'leads to a service revision': [/:service-revision\/deployed\/deployed\//.test(revision), true],
        'whose number is that of the deployment': [tail(revision) === number, true],
      }),
      ...facts(api('DescribeServiceRevisions'), {
        'the revision says which definition': [
          tail(textAt(revisions, 'serviceRevisions.0.taskDefinition').replace(/:(?=\d+$)/, ' ')),
          'deployed 1',
        ],
      }),
    ];
  },
};

export const stoppedDeployment: Scenario = {
  name: 'a service deployment that is stopped',
  async run(ecs) {
    const name = 'stopped-roll';
    await clusterWithService(ecs, name);
    const stable = await stableService(ecs, name);
    const before = textAt(stable, 'services.0.taskDefinition');
    await ecs.call('RegisterTaskDefinition', fargateDefinition(name));
    await ecs.call('UpdateService', { cluster: name, service: name, taskDefinition: `${name}:2` });
    const serviceDeploymentArn = await newestDeployment(ecs, name);
    const input = { serviceDeploymentArn, stopType: 'ROLLBACK' };
    const stopped = await ecs.call('StopServiceDeployment', input);
    const described = await describeDeployment(ecs, serviceDeploymentArn);
    const asked = ['ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_SUCCESSFUL'];
    const back = await awaited(
      ecs,
      () => describeService(ecs, name),
      (answer) => answer.at('services.0.taskDefinition') === before,
    );
    const unknown = await ecs.call('StopServiceDeployment', {
      serviceDeploymentArn: serviceDeploymentArn.replace(/[^/]+$/, 'AAAAAAAAAAAAAAAAAAAAA'),
    });
    return [
      ...facts(api('StopServiceDeployment'), {
        'the answer names it': [stopped.at('serviceDeploymentArn') === serviceDeploymentArn, true],
        'it rolls back': [asked.includes(textAt(described, 'serviceDeployments.0.status')), true],
        'the service has its old definition again': [back.at('services.0.taskDefinition') === before, true],
        'one that does not exist': [unknown.errorType, 'ServiceDeploymentNotFoundException'],
      }),
    ];
  },
};
