import { describe, expect, it } from 'vitest';
import { show } from '../../../../sandbox/ecs/input.ts';
import type { JsonObject } from '../../../../shared/domain/lossless-json.ts';
import { aService, EcsWorld, network, onInstances, text } from './world.ts';

const idOf = (world: EcsWorld) => text(world.rows()[0] ?? {}, 'id');

describe('UpdateService', () => {
  it('U1: the same definition starts nothing, with force a deployment', () => {
    const world = new EcsWorld().settled();
    const id = idOf(world);
    world.update({ taskDefinition: 'web:1' });
    expect(idOf(world)).toBe(id);
    world.update({ forceNewDeployment: true });
    expect(idOf(world)).not.toBe(id);
    expect(world.rows()).toHaveLength(2);
  });

  it('U2 (documented): a family means its newest active revision', () => {
    const world = new EcsWorld().settled();
    world.register('fine:2');
    world.register('fine:3');
    world.call('DeregisterTaskDefinition', { taskDefinition: 'web:3' });
    expect(text(world.update({ taskDefinition: 'web' }), 'taskDefinition')).toMatch(/web:2$/);
  });

  it.each([
    [{ taskDefinition: 'web:2' }, 'ClientException: TaskDefinition is inactive'],
    [{ taskDefinition: 'web:9' }, 'ClientException: TaskDefinition not found.'],
    [{ taskDefinition: 'nope' }, 'ClientException: TaskDefinition not found.'],
    [{ cluster: 'nope' }, 'ClusterNotFoundException: Cluster not found.'],
    [{ service: 'nope' }, 'ServiceNotFoundException: Service not found.'],
    [
      { desiredCount: 'two' },
      'SerializationException: STRING_VALUE can not be converted to an Integer: desiredCount',
    ],
    [
      { taskDefinition: 'ec2' },
      'InvalidParameterException: Task definition does not support launch_type FARGATE',
    ],
  ])('U3, U4 (recorded): %j is refused', (more: JsonObject, refusal) => {
    const world = new EcsWorld().settled();
    world.register('fine:2');
    world.register('fine:2', { ...onInstances, family: 'ec2' });
    world.call('DeregisterTaskDefinition', { taskDefinition: 'web:2' });
    expect(world.refusal('UpdateService', { cluster: 'demo', service: 'web', ...more })).toBe(refusal);
  });

  it('U4: a service that is draining is not active, later it is inactive', () => {
    const world = new EcsWorld().settled();
    world.call('DeleteService', { cluster: 'demo', service: 'web', force: true });
    const refusal = () =>
      world.refusal('UpdateService', { cluster: 'demo', service: 'web', desiredCount: 1 });
    expect(world.service()['status']).toBe('DRAINING');
    expect(refusal()).toContain('ServiceNotActiveException');
    world.seconds(300);
    expect(world.service()).toMatchObject({ status: 'INACTIVE', runningCount: 0 });
    expect(refusal()).toContain('ServiceNotActiveException');
  });

  it('U5 (recorded): a definition for a CODE_DEPLOY service is refused', () => {
    const world = new EcsWorld();
    world.register();
    world.create({ deploymentController: { type: 'CODE_DEPLOY' } });
    expect(world.refusal('UpdateService', { cluster: 'demo', service: 'web', taskDefinition: 'web' })).toBe(
      'InvalidParameterException: Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.',
    );
    expect(world.service()).toMatchObject({ deploymentController: { type: 'CODE_DEPLOY' }, deployments: [] });
  });

  it('U5: nor does an EXTERNAL service take one', () => {
    const world = new EcsWorld();
    world.register();
    world.create({ deploymentController: { type: 'EXTERNAL' } });
    world.seconds(300);
    expect(
      world.refusal('UpdateService', { cluster: 'demo', service: 'web', taskDefinition: 'web' }),
    ).toContain('EXTERNAL');
    expect(world.tasks()).toEqual([]);
  });

  it.each([
    [{ platformVersion: '1.4.0' }, true],
    [{ networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-2'] } } }, true],
    [{ loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 80 }] }, true],
    [{ networkConfiguration: network }, false],
    [{ deploymentConfiguration: { minimumHealthyPercent: 50 } }, false],
    [{ desiredCount: 2 }, false],
    [{ propagateTags: 'SERVICE' }, false],
    [{ availabilityZoneRebalancing: 'DISABLED' }, false],
  ])('U6 (documented): %j starts a deployment: %s', (more: JsonObject, deploys) => {
    const world = new EcsWorld().settled();
    world.update(more);
    expect(world.rows()).toHaveLength(deploys ? 2 : 1);
  });

  it('scales without a deployment', () => {
    const world = new EcsWorld().settled();
    world.update({ desiredCount: 4 });
    world.seconds(200);
    expect(world.service()).toMatchObject({ desiredCount: 4, runningCount: 4 });
    expect(world.rows()).toMatchObject([{ desiredCount: 4, rolloutState: 'COMPLETED' }]);
    world.update({ desiredCount: 0 });
    world.seconds(200);
    expect(world.service()).toMatchObject({ desiredCount: 0, runningCount: 0 });
  });

  it('leaves members out of the service that it does not know, and keeps the others', () => {
    const world = new EcsWorld().settled({ healthCheckGracePeriodSeconds: 30, enableExecuteCommand: true });
    expect(world.update({ desiredCount: 1 })).toMatchObject({
      healthCheckGracePeriodSeconds: 30,
      enableExecuteCommand: true,
      networkConfiguration: network,
    });
  });
});

describe('CreateService and DeleteService', () => {
  it('the same token and request again find the service; otherwise it was not idempotent', () => {
    const world = new EcsWorld();
    world.register();
    const request = aService({ clientToken: 'once' });
    world.call('CreateService', request);
    expect(world.refusal('CreateService', request)).toBe('no error');
    expect(world.refusal('CreateService', aService({ desiredCount: 2 }))).toBe(
      'InvalidParameterException: Creation of service was not idempotent.',
    );
  });

  it('a name is free again once the service is inactive', () => {
    const world = new EcsWorld().settled();
    const remove = { cluster: 'demo', service: 'web' };
    expect(world.refusal('DeleteService', remove)).toBe(
      'InvalidParameterException: The service cannot be stopped while it is scaled above 0.',
    );
    world.call('DeleteService', { ...remove, force: true });
    expect(world.refusal('CreateService', aService())).toBe(
      'InvalidParameterException: Unable to Start a service that is still Draining.',
    );
    world.seconds(300);
    expect(world.refusal('DeleteService', remove)).toBe('ServiceNotFoundException: Service not found.');
    expect(world.refusal('CreateService', aService())).toBe('no error');
  });

  it.each([
    [
      { networkConfiguration: undefined },
      "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ],
    [{ taskDefinition: 'nope' }, 'ClientException: TaskDefinition not found.'],
    [{ cluster: 'nope' }, 'ClusterNotFoundException: Cluster not found.'],
    [{ desiredCount: -1 }, 'InvalidParameterException: Desired count cannot be negative.'],
    [{ serviceName: 'a b' }, 'InvalidParameterException: Invalid service name.'],
  ])('%j is refused', (more: JsonObject, refusal) => {
    const world = new EcsWorld();
    world.register();
    expect(world.refusal('CreateService', aService(more))).toBe(refusal);
  });

  it("takes the cluster's default capacity provider strategy", () => {
    const world = new EcsWorld();
    world.register();
    world.call('PutClusterCapacityProviders', {
      cluster: 'demo',
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
    });
    const { launchType: _launchType, ...request } = aService();
    world.call('CreateService', request);
    world.seconds(200);
    expect(world.service()).toMatchObject({
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }],
      runningCount: 1,
    });
    expect(world.tasks()[0]).toMatchObject({ capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE' });
  });

  it('tags tasks as told', () => {
    const world = new EcsWorld().settled({
      tags: [{ key: 'team', value: 'shop' }],
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
    });
    const [{ taskArn } = {}] = world.tasks();
    expect(world.call('ListTagsForResource', { resourceArn: show(taskArn) })).toEqual({
      tags: [
        { key: 'team', value: 'shop' },
        { key: 'aws:ecs:clusterName', value: 'demo' },
        { key: 'aws:ecs:serviceName', value: 'web' },
      ],
    });
  });
});
