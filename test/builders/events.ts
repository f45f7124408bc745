import type { JsonObject } from '../../shared/domain/lossless-json.ts';
import { account, arn, digest, region } from './rollouts.ts';

interface Envelope {
  readonly account?: string;
  readonly region?: string;
  readonly time?: string;
}

/** What ECR says of a push. Members of `detail` that are undefined are left out. */
export function aPushEvent(detail: JsonObject = {}, envelope: Envelope = {}): JsonObject {
  return {
    version: '0',
    id: '13cde686-328b-6117-af20-0e5566167482',
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account,
    region,
    time: '2026-11-01T10:00:00Z',
    resources: [],
    ...envelope,
    detail: {
      result: 'SUCCESS',
      'repository-name': 'shop/web',
      'image-digest': digest('b'),
      'action-type': 'PUSH',
      'image-tag': '1.1.0',
      ...detail,
    },
  };
}

/** What ECS says of a deployment of prod/web. */
export function aDeploymentEvent(eventName: string, detail: JsonObject = {}): JsonObject {
  const cluster = `arn:aws:ecs:${region}:${account}:cluster/prod`;
  return {
    version: '0',
    id: 'ddca6449-b258-46c0-8653-e0e3aEXAMPLE',
    'detail-type': 'ECS Deployment State Change',
    source: 'aws.ecs',
    account,
    region,
    time: '2026-11-01T10:05:00Z',
    resources: [`arn:aws:ecs:${region}:${account}:service/prod/web`],
    detail: {
      eventType: 'INFO',
      eventName,
      deploymentId: 'ecs-svc/0000000000000000002',
      updatedAt: '2026-11-01T10:05:00Z',
      reason: 'as ECS says',
      clusterArn: cluster,
      ...detail,
    },
  };
}

/** DescribeTaskDefinition's answer for a family of two containers. */
export function aDescribed(overrides: JsonObject = {}, revision = 1): JsonObject {
  return {
    taskDefinition: {
      taskDefinitionArn: arn(revision),
      containerDefinitions: [
        {
          name: 'app',
          image: `${account}.dkr.ecr.${region}.amazonaws.com/shop/web:1.0.0`,
          cpu: 0,
          environment: [],
        },
        { name: 'proxy', image: `${account}.dkr.ecr.${region}.amazonaws.com/shop/proxy:1.9.0`, cpu: 0 },
      ],
      family: 'web',
      revision,
      status: 'ACTIVE',
      volumes: [],
      requiresAttributes: [{ name: 'com.amazonaws.ecs.capability.docker-remote-api.1.18' }],
      compatibilities: ['EC2', 'FARGATE'],
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      registeredAt: 1_793_000_000,
      registeredBy: 'arn:aws:iam::111122223333:role/terraform',
      ...overrides,
    },
    tags: [{ key: 'team', value: 'shop' }],
  };
}
