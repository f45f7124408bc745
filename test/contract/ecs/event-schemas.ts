import * as z from 'zod';
import { taskEventProblems } from '../aws-model/task-event.ts';

/**
 * ECS's events on EventBridge, strict: a member that AWS does not have is an error.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
 */
const instant = z.iso.datetime({ precision: 3 });
const wholeInstant = z.iso.datetime({ precision: 0 });
const clusterArn = z.string().regex(/^arn:aws:ecs:[a-z0-9-]+:\d{12}:cluster\/[\w-]+$/);
const serviceArn = z.string().regex(/^arn:aws:ecs:[a-z0-9-]+:\d{12}:service\/[\w-]+\/[\w-]+$/);
const taskArn = z.string().regex(/^arn:aws:ecs:[a-z0-9-]+:\d{12}:task\/[\w-]+\/[0-9a-f]{32}$/);
const deploymentId = z.string().regex(/^ecs-svc\/\d{1,20}$/);

const envelope = {
  version: z.literal('0'),
  id: z.uuid(),
  source: z.literal('aws.ecs'),
  account: z.string().regex(/^\d{12}$/),
  time: wholeInstant,
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
};

const task = z.custom<object>().superRefine((detail, context) => {
  for (const message of taskEventProblems(detail)) context.addIssue({ code: 'custom', message });
});

const taskStateChange = z.strictObject({
  ...envelope,
  'detail-type': z.literal('ECS Task State Change'),
  resources: z.tuple([taskArn]),
  detail: task,
});

function deploymentDetail<Type extends string, Name extends string>(eventType: Type, eventName: Name) {
  return z.strictObject({
    eventType: z.literal(eventType),
    eventName: z.literal(eventName),
    clusterArn: clusterArn.optional(),
    deploymentId,
    updatedAt: z.union([instant, wholeInstant]),
    reason: z.string().min(1),
  });
}

const deploymentStateChange = z.strictObject({
  ...envelope,
  'detail-type': z.literal('ECS Deployment State Change'),
  resources: z.tuple([serviceArn]),
  detail: z.discriminatedUnion('eventName', [
    deploymentDetail('INFO', 'SERVICE_DEPLOYMENT_IN_PROGRESS'),
    deploymentDetail('INFO', 'SERVICE_DEPLOYMENT_COMPLETED'),
    deploymentDetail('ERROR', 'SERVICE_DEPLOYMENT_FAILED'),
  ]),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html */
const actions = {
  INFO: [
    'SERVICE_STEADY_STATE',
    'TASKSET_STEADY_STATE',
    'CAPACITY_PROVIDER_STEADY_STATE',
    'SERVICE_DESIRED_COUNT_UPDATED',
    'TASKS_STOPPED',
    'SERVICE_DEPLOYMENT_IN_PROGRESS',
    'SERVICE_DEPLOYMENT_COMPLETED',
  ],
  WARN: [
    'SERVICE_TASK_START_IMPAIRED',
    'SERVICE_DISCOVERY_INSTANCE_UNHEALTHY',
    'VPC_LATTICE_TARGET_UNHEALTHY',
  ],
  ERROR: [
    'SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED',
    'ECS_OPERATION_THROTTLED',
    'SERVICE_DISCOVERY_OPERATION_THROTTLED',
    'SERVICE_TASK_PLACEMENT_FAILURE',
    'SERVICE_TASK_CONFIGURATION_FAILURE',
    'SERVICE_HEALTH_UNKNOWN',
  ],
} as const;

function actionDetail<Type extends keyof typeof actions>(eventType: Type) {
  return z.strictObject({
    eventType: z.literal(eventType),
    eventName: z.enum(actions[eventType]),
    clusterArn,
    createdAt: instant,
    capacityProviderArns: z.array(z.string()).optional(),
    containerInstanceArns: z.array(z.string()).optional(),
    taskArns: z.array(taskArn).optional(),
    taskSetArns: z.array(z.string()).optional(),
    desiredCount: z.int().optional(),
    reason: z.string().optional(),
  });
}

const serviceAction = z.strictObject({
  ...envelope,
  'detail-type': z.literal('ECS Service Action'),
  resources: z.tuple([serviceArn]),
  detail: z.discriminatedUnion('eventType', [
    actionDetail('INFO'),
    actionDetail('WARN'),
    actionDetail('ERROR'),
  ]),
});

export const ecsEvent = z.discriminatedUnion('detail-type', [
  taskStateChange,
  deploymentStateChange,
  serviceAction,
]);
