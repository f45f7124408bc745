import { describe, expect, it } from 'vitest';
import { ecsEvent } from './event-schemas.ts';

const clusterArn = 'arn:aws:ecs:eu-west-1:000000000000:cluster/demo';
const serviceArn = 'arn:aws:ecs:eu-west-1:000000000000:service/demo/web';
const taskArn = 'arn:aws:ecs:eu-west-1:000000000000:task/demo/4f1d7a0e2b9c48d5a6e3f0918c7b2d64';

const envelope = {
  version: '0',
  id: '7b0e2c14-5a3d-4f6e-9c81-2d4b6a8f0e13',
  source: 'aws.ecs',
  account: '000000000000',
  time: '2026-11-02T08:15:40Z',
  region: 'eu-west-1',
};

const deployment = {
  ...envelope,
  'detail-type': 'ECS Deployment State Change',
  resources: [serviceArn],
  detail: {
    eventType: 'INFO',
    eventName: 'SERVICE_DEPLOYMENT_COMPLETED',
    clusterArn,
    deploymentId: 'ecs-svc/0482917365501928374',
    updatedAt: '2026-11-02T08:15:39.120Z',
    reason: 'ECS deployment ecs-svc/0482917365501928374 completed.',
  },
};

const action = {
  ...envelope,
  'detail-type': 'ECS Service Action',
  resources: [serviceArn],
  detail: {
    eventType: 'INFO',
    eventName: 'SERVICE_STEADY_STATE',
    clusterArn,
    createdAt: '2026-11-02T08:15:39.121Z',
  },
};

const task = {
  ...envelope,
  'detail-type': 'ECS Task State Change',
  resources: [taskArn],
  detail: {
    clusterArn,
    containers: [],
    createdAt: '2026-11-02T08:15:10.400Z',
    desiredStatus: 'RUNNING',
    lastStatus: 'PENDING',
    launchType: 'FARGATE',
    taskArn,
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:000000000000:task-definition/web:7',
    updatedAt: '2026-11-02T08:15:14.001Z',
    version: 2,
  },
};

describe('an ECS event', () => {
  it.each([
    ['of a deployment', deployment],
    ['of a deployment, as older ones without clusterArn', withDetail(deployment, { clusterArn: undefined })],
    ['of a service', action],
    ['of a task', task],
  ])('%s is one', (_name, event) => {
    expect(ecsEvent.safeParse(event).error).toBeUndefined();
  });

  it.each([
    ['an unknown deployment event', withDetail(deployment, { eventName: 'SERVICE_DEPLOYMENT_PAUSED' })],
    ['a failure that is no error', withDetail(deployment, { eventName: 'SERVICE_DEPLOYMENT_FAILED' })],
    ['another deployment id', withDetail(deployment, { deploymentId: '0482917365501928374' })],
    ['a member of our own', withDetail(deployment, { mood: 'good' })],
    ['an unknown action', withDetail(action, { eventName: 'SERVICE_HAPPY' })],
    ['a task that is no Task', withDetail(task, { launchType: 'MOON' })],
    ['a time with milliseconds', { ...action, time: '2026-11-02T08:15:40.123Z' }],
    ['no resource', { ...action, resources: [] }],
    ['another source', { ...action, source: 'slipway' }],
    ['another detail-type', { ...action, 'detail-type': 'ECS Party' }],
  ])('with %s is none', (_name, event) => {
    expect(ecsEvent.safeParse(event).success).toBe(false);
  });
});

function withDetail<Event extends { readonly detail: object }>(event: Event, change: object) {
  return { ...event, detail: { ...event.detail, ...change } };
}
