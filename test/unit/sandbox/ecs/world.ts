import { VirtualClock } from '../../../../sandbox/clock.ts';
import { AwsError } from '../../../../sandbox/ecs/aws-error.ts';
import { show } from '../../../../sandbox/ecs/input.ts';
import { createEcsModel, type EcsModel } from '../../../../sandbox/ecs/model.ts';
import { seededRandom } from '../../../../sandbox/ecs/random.ts';
import type { Switches } from '../../../../sandbox/ecs/switches.ts';
import { account, type Behaviour, type BusEvent, region } from '../../../../sandbox/world-types.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../shared/domain/lossless-json.ts';

export interface Setting {
  readonly seed?: number;
  readonly pace?: number;
  readonly switches?: Partial<Switches>;
}

export const arn = (resource: string) => `arn:aws:ecs:${region}:${account}:${resource}`;
export const digestOf = (reference: string) =>
  `sha256:${Buffer.from(reference).toString('hex').padEnd(64, '0').slice(0, 64)}`;

/** The model in virtual time. An image is named by its behaviour: `fine:1`, `exits:2`; `arm:1` runs on arm64 alone, `gone:1` is not there. */
export class EcsWorld {
  readonly clock = new VirtualClock();
  readonly events: BusEvent[] = [];
  readonly logged: JsonObject[] = [];
  readonly moved = new Map<string, string>();
  /** Images that nobody can pull any more. */
  readonly broken = new Set<string>(['gone']);
  readonly model: EcsModel;

  constructor({ seed = 1, pace = 1, switches = {} }: Setting = {}) {
    this.model = createEcsModel({
      clock: this.clock,
      account,
      region,
      pace,
      random: seededRandom(seed),
      emit: (event) => this.events.push(event),
      resolveImage: (reference) => this.#resolve(reference),
      switches: { throttling: false, ...switches },
      log: (_message, fields) => this.logged.push(fields),
    });
    this.call('CreateCluster', { clusterName: 'demo' });
  }

  #resolve(reference: string) {
    const [name = ''] = (reference.split('/').at(-1) ?? '').split(/[:@]/);
    if (this.broken.has(name)) return undefined;
    const behaviour = (name === 'arm' ? 'fine' : name) as Behaviour;
    const platforms = name === 'arm' ? ['linux/arm64'] : ['linux/amd64', 'linux/arm64/v8'];
    const digest = reference.split('@')[1] ?? this.moved.get(reference) ?? digestOf(reference);
    return { digest, behaviour, platforms };
  }

  call(operation: string, input: JsonObject = {}): JsonObject {
    return this.model.handle(operation, input);
  }

  /** `Type: message` of the error that the call gives. */
  refusal(operation: string, input: JsonObject = {}): string {
    try {
      this.call(operation, input);
    } catch (error) {
      if (error instanceof AwsError) return `${error.type}: ${error.message}`;
      throw error;
    }
    return 'no error';
  }

  /** Registers a revision with one container per image; gives its ARN. */
  register(images: string | readonly string[] = 'fine:1', more: JsonObject = {}): string {
    const containers = [images]
      .flat()
      .map((image, index) => ({ name: index === 0 ? 'app' : `side-${index}`, image }));
    return text(
      object(
        this.call('RegisterTaskDefinition', definition({ containerDefinitions: containers, ...more })),
        'taskDefinition',
      ),
      'taskDefinitionArn',
    );
  }

  /** A Fargate service `web` with breaker and rollback, desired 1, 100/200. */
  create(more: JsonObject = {}): void {
    this.call('CreateService', aService(more));
  }

  /** A service whose first deployment has completed. */
  settled(more: JsonObject = {}, image = 'fine:1'): this {
    this.register(image);
    this.create(more);
    this.seconds(300);
    this.events.length = 0;
    return this;
  }

  update(more: JsonObject): JsonObject {
    return object(this.call('UpdateService', { cluster: 'demo', service: 'web', ...more }), 'service');
  }

  seconds(seconds: number): void {
    this.clock.advance(seconds * 1000);
  }

  /** Advances second by second until it holds; fails after `limit` seconds. */
  until(holds: () => boolean, limit = 3600): number {
    const from = this.clock.now();
    for (let second = 0; second < limit; second += 1) {
      if (holds()) return (this.clock.now() - from) / 1000;
      this.seconds(1);
    }
    throw new Error(`It did not happen within ${limit} s.`);
  }

  service(name = 'web'): JsonObject {
    return first(this.call('DescribeServices', { cluster: 'demo', services: [name] }), 'services');
  }

  rows(name = 'web'): JsonObject[] {
    return objects(this.service(name), 'deployments');
  }

  /** The service's own event texts, oldest first, without its name and the ids of tasks. */
  said(name = 'web'): string[] {
    return objects(this.service(name), 'events')
      .toReversed()
      .map((event) =>
        text(event, 'message')
          .replace(`(service ${name}) `, '')
          .replaceAll(/[0-9a-f]{32}/g, 'ID'),
      );
  }

  tasks(filter: JsonObject = {}): JsonObject[] {
    const arns = this.call('ListTasks', { cluster: 'demo', ...filter })['taskArns'] as string[];
    return arns.length === 0
      ? []
      : objects(this.call('DescribeTasks', { cluster: 'demo', tasks: arns }), 'tasks');
  }

  serviceDeployment(index = 0): JsonObject {
    const listed = objects(
      this.call('ListServiceDeployments', { cluster: 'demo', service: 'web' }),
      'serviceDeployments',
    );
    const serviceDeploymentArns = [text(listed[index] ?? {}, 'serviceDeploymentArn')];
    return first(this.call('DescribeServiceDeployments', { serviceDeploymentArns }), 'serviceDeployments');
  }

  run(more: JsonObject = {}): JsonObject {
    return this.call('RunTask', {
      cluster: 'demo',
      taskDefinition: 'web',
      launchType: 'FARGATE',
      networkConfiguration: network,
      ...more,
    });
  }

  runOne(more: JsonObject = {}): string {
    return text(first(this.run(more), 'tasks'), 'taskArn');
  }

  instance(cpu = 2048, memory = 4096): string {
    const totalResources = [
      { name: 'CPU', type: 'INTEGER', integerValue: cpu },
      { name: 'MEMORY', type: 'INTEGER', integerValue: memory },
    ];
    const made = this.call('RegisterContainerInstance', { cluster: 'demo', totalResources });
    return text(object(made, 'containerInstance'), 'containerInstanceArn');
  }

  /** `version lastStatus/desiredStatus` of each event of a task. */
  life(taskArn: string): string[] {
    return this.taskEvents(taskArn).map(
      ({ version, lastStatus, desiredStatus }) =>
        `${show(version)} ${show(lastStatus)}/${show(desiredStatus)}`,
    );
  }

  taskEvents(taskArn: string): JsonObject[] {
    return this.details('ECS Task State Change').filter((detail) => detail['taskArn'] === taskArn);
  }

  details(type: string): JsonObject[] {
    return this.events.filter((event) => event['detail-type'] === type).map(({ detail }) => detail);
  }

  deploymentEvents(): string[] {
    return this.details('ECS Deployment State Change').map(
      ({ eventName, deploymentId }) =>
        `${text({ eventName }, 'eventName').replace('SERVICE_DEPLOYMENT_', '')} ${show(deploymentId)}`,
    );
  }

  actions(): string[] {
    return this.details('ECS Service Action').map(({ eventName }) => show(eventName));
  }
}

export const network = { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } };
export const guarded = { deploymentCircuitBreaker: { enable: true, rollback: true } };

export function definition(more: JsonObject = {}): JsonObject {
  return {
    family: 'web',
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: '256',
    memory: '512',
    containerDefinitions: [{ name: 'app', image: 'fine:1' }],
    ...more,
  };
}

export function aService(more: JsonObject = {}): JsonObject {
  return {
    cluster: 'demo',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 1,
    launchType: 'FARGATE',
    networkConfiguration: network,
    deploymentConfiguration: guarded,
    ...more,
  };
}

/** A definition for container instances: bridge network, no launch type. */
export const onInstances: JsonObject = { requiresCompatibilities: ['EC2'], networkMode: 'bridge' };

export function object(of: JsonObject, key: string): JsonObject {
  const value = of[key];
  if (isJsonObject(value)) return value;
  throw new Error(`${key} is no object: ${JSON.stringify(value)}`);
}

export function objects(of: JsonObject, key: string): JsonObject[] {
  const value = of[key];
  if (Array.isArray(value)) return value.filter((one: JsonValue) => isJsonObject(one));
  throw new Error(`${key} is no list: ${JSON.stringify(value)}`);
}

export function first(of: JsonObject, key: string): JsonObject {
  const [value] = objects(of, key);
  if (value !== undefined) return value;
  throw new Error(`${key} is empty: ${JSON.stringify(of)}`);
}

export function text(of: JsonObject, key: string): string {
  const value = of[key];
  if (typeof value === 'string') return value;
  throw new Error(`${key} is no text: ${JSON.stringify(value)}`);
}
