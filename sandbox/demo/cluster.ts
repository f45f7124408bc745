import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  type ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { pushImage } from '../push/client.ts';
import { account, registryHost } from '../world-types.ts';

export const demoCluster = 'demo';

/** Services that run one image from one family. */
export const demoFleet = Array.from(
  { length: 30 },
  (_, index) => `fleet-${String(index + 1).padStart(2, '0')}`,
);

interface DemoService {
  readonly name: string;
  readonly family: string;
  readonly tasks: number;
  /** Without it a deployment that fails goes on for ever. */
  readonly breaker: boolean;
}

const demoServices: readonly DemoService[] = [
  { name: 'web', family: 'demo-web', tasks: 2, breaker: true },
  { name: 'worker', family: 'demo-worker', tasks: 1, breaker: true },
  { name: 'api', family: 'demo-api', tasks: 1, breaker: false },
  ...demoFleet.map((name) => ({ name, family: 'demo-fleet', tasks: 1, breaker: true })),
];

export interface Demo {
  readonly ecs: ECSClient;
  readonly registryUrl: string;
  /** False: without the thirty. */
  readonly fleet?: boolean | undefined;
}

/** The cluster that the tour plays in: `web` (an app and its proxy), `worker`, `api` (no circuit breaker) and a fleet. */
export async function makeDemo({ ecs, registryUrl, fleet = true }: Demo): Promise<void> {
  const push = (repository: string, tag: string) => pushImage({ registryUrl, repository, tag });
  for (const repository of ['shop/web', 'shop/proxy', 'shop/api', 'shop/fleet'])
    await push(repository, '1.0.0');
  const worker = await push('shop/worker', 'latest');
  await ecs.send(new CreateClusterCommand({ clusterName: demoCluster }));
  const definitions = [
    webDefinition,
    singleDefinition('demo-worker', {
      name: 'worker',
      image: `${registryHost}/shop/worker@${worker.digest}`,
    }),
    singleDefinition('demo-api', { name: 'app', image: `${registryHost}/shop/api:1.0.0` }),
    singleDefinition('demo-fleet', { name: 'app', image: `${registryHost}/shop/fleet:1.0.0` }),
  ];
  for (const definition of definitions) await ecs.send(new RegisterTaskDefinitionCommand(definition));
  const made = demoServices.filter(({ family }) => fleet || family !== 'demo-fleet');
  for (const service of made) await ecs.send(creation(service));
  await settled(
    ecs,
    made.map(({ name }) => name),
  );
}

function creation({ name, family, tasks, breaker }: DemoService): CreateServiceCommand {
  return new CreateServiceCommand({
    cluster: demoCluster,
    serviceName: name,
    taskDefinition: family,
    desiredCount: tasks,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      deploymentCircuitBreaker: { enable: breaker, rollback: breaker },
    },
    tags: [{ key: 'team', value: 'shop' }],
  });
}

const patienceMs = 60_000;
const describedMax = 10;

/** A first deployment that has not completed is nothing that ECS could roll back to. */
async function settled(ecs: ECSClient, names: readonly string[]): Promise<void> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    if (await allCompleted(ecs, names)) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the demo's services did not come up within ${patienceMs / 1_000} s`);
}

async function allCompleted(ecs: ECSClient, names: readonly string[]): Promise<boolean> {
  for (let from = 0; from < names.length; from += describedMax) {
    const some = names.slice(from, from + describedMax);
    const command = new DescribeServicesCommand({ cluster: demoCluster, services: some });
    const { services = [] } = await ecs.send(command);
    const rows = services.flatMap(({ deployments = [] }) => deployments);
    if (rows.some(({ rolloutState }) => rolloutState !== 'COMPLETED')) return false;
  }
  return true;
}

const fargate = {
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  executionRoleArn: `arn:aws:iam::${account}:role/demo-execution`,
} as const;

const webDefinition: RegisterTaskDefinitionCommand['input'] = {
  ...fargate,
  family: 'demo-web',
  taskRoleArn: `arn:aws:iam::${account}:role/demo-web`,
  requiresCompatibilities: ['FARGATE'],
  containerDefinitions: [
    {
      name: 'app',
      image: `${registryHost}/shop/web:1.0.0`,
      essential: true,
      portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
      environment: [
        { name: 'PORT', value: '8080' },
        { name: 'LOG_LEVEL', value: 'info' },
        { name: 'FEATURE_FLAGS', value: '' },
      ],
      secrets: [
        { name: 'DATABASE_URL', valueFrom: `arn:aws:ssm:eu-west-1:${account}:parameter/demo/database-url` },
      ],
    },
    {
      name: 'proxy',
      image: `${registryHost}/shop/proxy:1.0.0`,
      essential: true,
      portMappings: [{ containerPort: 80, protocol: 'tcp' }],
    },
  ],
  tags: [{ key: 'team', value: 'shop' }],
};

function singleDefinition(
  family: string,
  container: { readonly name: string; readonly image: string },
): RegisterTaskDefinitionCommand['input'] {
  return {
    ...fargate,
    family,
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [{ ...container, essential: true }],
  };
}
