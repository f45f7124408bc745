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

/** The cluster that the tour plays in: `web` (an app and its proxy) and `worker`. */
export async function makeDemo(ecs: ECSClient, registryUrl: string): Promise<void> {
  const push = (repository: string, tag: string) => pushImage({ registryUrl, repository, tag });
  await push('shop/web', '1.0.0');
  await push('shop/proxy', '1.0.0');
  const worker = await push('shop/worker', 'latest');
  await ecs.send(new CreateClusterCommand({ clusterName: demoCluster }));
  await ecs.send(new RegisterTaskDefinitionCommand(webDefinition));
  await ecs.send(new RegisterTaskDefinitionCommand(workerDefinition(worker.digest)));
  for (const [serviceName, desiredCount] of [
    ['web', 2],
    ['worker', 1],
  ] as const) {
    await ecs.send(
      new CreateServiceCommand({
        cluster: demoCluster,
        serviceName,
        taskDefinition: `demo-${serviceName}`,
        desiredCount,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'] } },
        deploymentConfiguration: {
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
        tags: [{ key: 'team', value: 'shop' }],
      }),
    );
  }
  await settled(ecs);
}

const patienceMs = 60_000;

/** A first deployment that has not completed is nothing that ECS could roll back to. */
async function settled(ecs: ECSClient): Promise<void> {
  const command = new DescribeServicesCommand({ cluster: demoCluster, services: ['web', 'worker'] });
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const { services = [] } = await ecs.send(command);
    const rows = services.flatMap(({ deployments = [] }) => deployments);
    if (rows.every(({ rolloutState }) => rolloutState === 'COMPLETED')) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the demo's services did not come up within ${patienceMs / 1_000} s`);
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

function workerDefinition(digest: string): RegisterTaskDefinitionCommand['input'] {
  return {
    ...fargate,
    family: 'demo-worker',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: [
      { name: 'worker', image: `${registryHost}/shop/worker@${digest}`, essential: true },
    ],
  };
}
