import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import { findCluster, includes } from '../arn.ts';
import { invalidParameter, serviceNotFound } from '../aws-error.ts';
import { arnOf, type Core } from '../core.ts';
import { text, texts } from '../input.ts';
import { page } from '../paging.ts';
import { launchTypeOf } from '../services/deployments.ts';
import { lookUpService } from '../services/find.ts';
import { withTags } from '../services/service-view.ts';
import { listedUntil, seenService } from '../services/snapshots.ts';
import type { Cluster, Service } from '../state.ts';
import { retention } from '../timing.ts';
import { missing, type Operations } from './operation.ts';

const MAX_DESCRIBED = 10;

export const readServiceOperations: Operations = {
  DescribeServices: (core, input) => {
    const cluster = findCluster(core, input);
    const names = texts(input, 'services') ?? [];
    if (names.length === 0) throw invalidParameter('Services cannot be empty.');
    if (names.length > MAX_DESCRIBED) throw invalidParameter('service names can have at most 10 items.');
    const services: JsonObject[] = [];
    const failures: JsonObject[] = [];
    for (const name of names) {
      const view = look(core, cluster, { name, tags: includes(input, 'TAGS') });
      if (view === undefined) failures.push(missing(arnFor(core, cluster, name)));
      else services.push(view);
    }
    return { services, failures };
  },
  ListServices: (core, input) => {
    const cluster = findCluster(core, input);
    const until = listedUntil(core);
    const items = [...cluster.services.values()]
      .filter((service) => service.createdAt <= until && isListed(service, input))
      .map(({ arn, rank }) => ({ rank, value: arn }));
    return page(core, input, { items, rules: { name: 'serviceArns', pageSize: 10 } });
  },
};

function look(core: Core, cluster: Cluster, asked: { name: string; tags: boolean }): JsonObject | undefined {
  const service = lookUpService(cluster, asked.name);
  if (service === undefined) return undefined;
  if (isPurged(core, service)) {
    if (core.switches.purgedService === 'ServiceNotFoundException') throw serviceNotFound();
    return undefined;
  }
  const view = seenService(core, service);
  return view !== undefined && asked.tags ? withTags(core, service, view) : view;
}

function isPurged({ clock }: Core, { status, inactiveAt }: Service): boolean {
  return status === 'INACTIVE' && clock.now() - (inactiveAt ?? 0) > retention.inactiveServiceMs;
}

/** Recorded: a missing service is named by what was asked for when that was an ARN, else by the ARN it would have. */
function arnFor(core: Core, cluster: Cluster, name: string): string {
  return name.startsWith('arn:') ? name : arnOf(core, `service/${cluster.name}/${name}`);
}

/** Draining and inactive services are described, but not listed. */
function isListed(service: Service, input: JsonObject): boolean {
  const launchType = text(input, 'launchType');
  const strategy = text(input, 'schedulingStrategy');
  const managed = text(input, 'resourceManagementType');
  return (
    service.status === 'ACTIVE' &&
    (managed === undefined || (managed === 'ECS') === service.managedByEcs) &&
    (launchType === undefined || launchTypeOf(service) === launchType) &&
    (strategy === undefined || service.schedulingStrategy === strategy)
  );
}
