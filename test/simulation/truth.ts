import { show } from '../../sandbox/ecs/input.ts';
import type { EcsModel } from '../../sandbox/ecs/model.ts';
import type { BusEvent } from '../../sandbox/world-types.ts';
import type { JsonObject } from '../../shared/domain/lossless-json.ts';

export interface Row {
  readonly id: string;
  readonly status: string;
  readonly taskDefinition: string;
  readonly rolloutState: string;
  readonly runningCount: number;
}

export interface Update {
  readonly at: number;
  readonly service: string;
  readonly by: 'slipway' | 'others';
  readonly input: JsonObject;
  readonly before: string;
  readonly after: string;
  readonly deploymentId: string;
}

export interface Completed {
  readonly at: number;
  readonly revision: string;
  readonly id: string;
}

/** What really happened in ECS, whatever its reads and its events said. */
export class Truth {
  readonly updates: Update[] = [];
  readonly completed = new Map<string, Completed[]>();
  readonly failed = new Map<string, string[]>();
  readonly registered: { readonly arn: string; readonly by: 'slipway' | 'others'; readonly at: number }[] =
    [];
  readonly inputs: { readonly operation: string; readonly input: JsonObject }[] = [];
  readonly #model: () => EcsModel;

  constructor(model: () => EcsModel) {
    this.#model = model;
  }

  /** UpdateService that asks for nothing answers what is, and no read of ECS that lags. */
  service(name: string): JsonObject {
    const answer = this.#model().handle('UpdateService', { cluster: 'prod', service: name });
    return answer['service'] as JsonObject;
  }

  rows(name: string): readonly Row[] {
    return this.service(name)['deployments'] as unknown as readonly Row[];
  }

  revisionOf(name: string): string {
    return show(this.service(name)['taskDefinition']);
  }

  records(name: string): readonly JsonObject[] {
    const answer = this.#model().handle('ListServiceDeployments', {
      cluster: 'prod',
      service: name,
      maxResults: 100,
    });
    return answer['serviceDeployments'] as readonly JsonObject[];
  }

  definition(revision: string): JsonObject {
    const answer = this.#model().handle('DescribeTaskDefinition', {
      taskDefinition: revision,
      include: ['TAGS'],
    });
    return { ...(answer['taskDefinition'] as JsonObject), tags: answer['tags'] };
  }

  /** Container → digest that the tasks of the service's revision run. */
  pulled(name: string): Readonly<Record<string, string>> {
    const model = this.#model();
    const { taskArns } = model.handle('ListTasks', { cluster: 'prod', serviceName: name });
    const revision = this.revisionOf(name);
    if ((taskArns as readonly string[]).length === 0) return {};
    const { tasks } = model.handle('DescribeTasks', { cluster: 'prod', tasks: taskArns });
    const running = (tasks as readonly JsonObject[]).filter((task) => task['taskDefinitionArn'] === revision);
    const containers = running.flatMap((task) => task['containers'] as readonly JsonObject[]);
    const known = containers.filter(({ imageDigest }) => imageDigest !== undefined);
    return Object.fromEntries(known.map((one) => [show(one['name']), show(one['imageDigest'])]));
  }

  /** Container → image. */
  images(revision: string): Readonly<Record<string, string>> {
    const containers = this.definition(revision)['containerDefinitions'] as readonly JsonObject[];
    return Object.fromEntries(containers.map(({ name, image }) => [show(name), show(image)]));
  }

  /** A call that takes effect. */
  handle(operation: string, input: JsonObject, by: 'slipway' | 'others'): JsonObject {
    const model = this.#model();
    const at = model.now();
    const before = operation === 'UpdateService' ? this.revisionOf(show(input['service'])) : '';
    const answer = model.handle(operation, input);
    if (by === 'slipway' && isWrite(operation)) this.inputs.push({ operation, input });
    if (operation === 'UpdateService') {
      const { taskDefinition, deployments } = answer['service'] as JsonObject;
      const [primary] = deployments as unknown as readonly Row[];
      const service = show(input['service']);
      const after = show(taskDefinition);
      this.updates.push({ at, service, by, input, before, after, deploymentId: primary?.id ?? '' });
    }
    if (operation === 'RegisterTaskDefinition') {
      const { taskDefinitionArn } = answer['taskDefinition'] as JsonObject;
      this.registered.push({ arn: show(taskDefinitionArn), by, at });
    }
    return answer;
  }

  /** Told of each event of a deployment at the moment in which it happens. */
  heard({ resources, detail }: BusEvent): string {
    const service = String(resources[0]).split('/').at(-1) ?? '';
    const [primary] = this.rows(service);
    if (detail['eventName'] === 'SERVICE_DEPLOYMENT_FAILED') {
      listed(this.failed, service).push(show(detail['deploymentId']));
    }
    if (primary?.rolloutState === 'COMPLETED') {
      const { taskDefinition: revision, id } = primary;
      listed(this.completed, service).push({ at: this.#model().now(), revision, id });
    }
    return service;
  }
}

function listed<T>(lists: Map<string, T[]>, name: string): T[] {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  return list;
}

function isWrite(operation: string): boolean {
  return !/^(?:Describe|List)/.test(operation);
}
