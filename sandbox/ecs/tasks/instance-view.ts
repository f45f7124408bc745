import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { type Core, isoTime } from '../core.ts';
import type { Instance, Task } from '../state.ts';
import { remaining } from './placement.ts';

/** Every change of an instance raises its version and is told. */
export function tellInstance(core: Core, instance: Instance): void {
  instance.version += 1;
  core.publish({
    type: 'ECS Container Instance State Change',
    resource: instance.arn,
    detail: instanceDetail(instance, isoTime(core.clock.now())),
  });
}

/** A task that comes or goes changes what its instance has left. */
export function followInstance(core: Core, { instance, version, lastStatus, cluster }: Task): void {
  if (instance !== undefined && lastStatus === 'STOPPED') {
    for (const watcher of core.roomWatchers) watcher(cluster.arn);
  }
  if (instance !== undefined && (version === 1 || lastStatus === 'STOPPED')) tellInstance(core, instance);
}

export function instanceDetail(instance: Instance, updatedAt: string | undefined): JsonObject {
  const left = remaining(instance);
  return {
    agentConnected: instance.agentConnected,
    attributes: instance.attributes,
    clusterArn: instance.cluster.arn,
    containerInstanceArn: instance.arn,
    ec2InstanceId: instance.ec2InstanceId,
    registeredResources: resources(instance),
    remainingResources: resources(left),
    status: instance.status,
    version: instance.version,
    versionInfo: { agentHash: 'aebcbca', agentVersion: '1.100.0', dockerVersion: 'DockerVersion: 27.5.1' },
    updatedAt,
  };
}

function resources(amount: { cpu: number; memory: number; ports: readonly string[] }): JsonObject[] {
  const integer = (name: string, integerValue: number) => ({
    name,
    type: 'INTEGER',
    doubleValue: 0,
    longValue: 0,
    integerValue,
  });
  return [
    integer('CPU', amount.cpu),
    integer('MEMORY', amount.memory),
    {
      name: 'PORTS',
      type: 'STRINGSET',
      doubleValue: 0,
      longValue: 0,
      integerValue: 0,
      stringSetValue: amount.ports,
    },
    {
      name: 'PORTS_UDP',
      type: 'STRINGSET',
      doubleValue: 0,
      longValue: 0,
      integerValue: 0,
      stringSetValue: [],
    },
  ];
}
