import { describe, expect, it } from 'vitest';
import { parseLossless } from '../../../shared/domain/lossless-json.ts';
import { createJudge, errorsOf, validateInput, validateOutput, validateShape } from './judge.ts';
import { taskEventProblems } from './task-event.ts';

const service = {
  serviceName: 'web',
  desiredCount: 2,
  createdAt: 1.619234847026e9,
  launchType: 'FARGATE',
  deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }],
  tags: [{ key: 'team', value: 'shop' }],
  enableExecuteCommand: false,
};

describe('an answer is held against the model of its operation', () => {
  it('finds nothing wrong with a right one', () => {
    expect(validateOutput('ecs', 'DescribeServices', { services: [service], failures: [] })).toEqual([]);
  });

  it.each([
    ['an unknown member', { color: 'red' }, '$.services[0].color: Service has no such member'],
    ['a null', { status: null }, '$.services[0].status: null, where AWS leaves the member out'],
    ['a wrong scalar', { status: 3 }, '$.services[0].status: String is a string, not 3'],
    ['a wrong boolean', { enableExecuteCommand: 'no' }, 'is a boolean, not "no"'],
    ['a fraction', { desiredCount: 1.5 }, '$.services[0].desiredCount: Integer is a 32-bit integer, not 1.5'],
    ['a long in an integer', { desiredCount: 2 ** 40 }, 'is a 32-bit integer'],
    ['milliseconds', { createdAt: 1_619_234_847_026 }, 'Timestamp is seconds since the epoch'],
    ['an ISO string', { createdAt: '2026-11-01T00:00:00Z' }, 'Timestamp is seconds since the epoch'],
    [
      'an unknown enum value',
      { launchType: 'MOON' },
      '$.services[0].launchType: "MOON" is none of LaunchType',
    ],
    ['an object for a list', { deployments: {} }, '$.services[0].deployments: Deployments is a list, not {}'],
    ['a list for an object', { deploymentController: [] }, 'DeploymentController is an object, not []'],
    ['a deep one', { deployments: [{ rolloutState: 'DONE' }] }, '$.services[0].deployments[0].rolloutState'],
    ['a missing required member', { deploymentController: {} }, 'DeploymentController requires type'],
  ])('names %s and its place', (_name, change, problem) => {
    const problems = validateOutput('ecs', 'DescribeServices', { services: [{ ...service, ...change }] });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('takes members that are undefined for absent ones, as JSON does', () => {
    expect(validateOutput('ecs', 'ListServices', { serviceArns: [], nextToken: undefined })).toEqual([]);
  });

  it('reads maps', () => {
    const labelled = (value: unknown) =>
      validateShape('ecs', 'ContainerDefinition', { name: 'app', dockerLabels: { team: value } });
    expect(labelled('shop')).toEqual([]);
    expect(labelled(1)).toEqual(['$.dockerLabels.team: String is a string, not 1']);
    expect(validateShape('ecs', 'ContainerDefinition', { dockerLabels: [] })[0]).toContain('is a map');
  });

  it('reads numbers that a parser kept as text', () => {
    const size = (version: string) => validateShape('ecs', 'Task', parseLossless(`{"version":${version}}`));
    expect(size('9007199254740993')).toEqual([]);
    expect(size('1.5')).toEqual(['$.version: Long is an integer, not 1.5']);
  });

  it('reads blobs', () => {
    const part = (layerPartBlob: string) =>
      validateInput('ecr', 'UploadLayerPart', {
        repositoryName: 'shop/web',
        uploadId: '1f1ba0f4-3ac1-4ff9-95d5-9b9a0a1c6d3f',
        partFirstByte: 0,
        partLastByte: 1,
        layerPartBlob,
      });
    expect(part('AAE=')).toEqual([]);
    expect(part('not base64')[0]).toContain('is base64');
  });

  it('judges requests as well', () => {
    expect(validateInput('ecs', 'RunTask', { cluster: 'demo' })).toEqual([
      '$: RunTaskRequest requires taskDefinition',
    ]);
  });

  it('allows extra members where they are asked for', () => {
    const judge = createJudge('ecs', { extraMembers: { Service: ['color'] } });
    expect(judge.output('DescribeServices', { services: [{ color: 'red' }] })).toEqual([]);
    expect(judge.output('DescribeServices', { color: 'red' })).toHaveLength(1);
  });

  it('refuses an operation or a shape that AWS does not have', () => {
    expect(() => validateOutput('ecs', 'DescribePods', {})).toThrow('no operation DescribePods');
    expect(() => validateShape('ecr', 'Pod', {})).toThrow('no shape Pod');
  });

  it('accepts any document, and nothing where an operation answers nothing', () => {
    expect(validateShape('ecs', 'Task', 'text')).toEqual(['$: Task is an object, not "text"']);
    expect(validateOutput('ecs', 'TagResource', {})).toEqual([]);
  });
});

describe('errors', () => {
  it('are those that the model lists', () => {
    expect(errorsOf('ecs', 'UpdateService')).toContain('ServiceNotActiveException');
    expect(errorsOf('ecs', 'UpdateService')).not.toContain('ThrottlingException');
    expect(errorsOf('ecr', 'PutImage')).toContain('ImageTagAlreadyExistsException');
  });
});

describe('a task event', () => {
  const task = {
    clusterArn: 'arn:aws:ecs:eu-west-1:000000000000:cluster/demo',
    containers: [{ name: 'app', lastStatus: 'RUNNING', cpu: '0', networkInterfaces: [] }],
    createdAt: '2026-11-01T10:00:00.000Z',
    desiredStatus: 'RUNNING',
    lastStatus: 'RUNNING',
    launchType: 'FARGATE',
    taskArn: 'arn:aws:ecs:eu-west-1:000000000000:task/demo/0123456789abcdef0123456789abcdef',
    taskDefinitionArn: 'arn:aws:ecs:eu-west-1:000000000000:task-definition/web:1',
    updatedAt: '2026-11-01T10:00:20.000Z',
    version: 3,
  };

  it('is a Task with ISO timestamps, a version and updatedAt', () => {
    expect(taskEventProblems(task)).toEqual([]);
  });

  it.each([
    ['has seconds for a timestamp', { createdAt: 1_619_234_847 }, 'Timestamp is an ISO 8601 instant'],
    ['has a date that does not exist', { startedAt: '2026-13-01T00:00:00Z' }, 'is an ISO 8601 instant'],
    ['has a wrong updatedAt', { updatedAt: 5 }, '$.updatedAt: Timestamp is an ISO 8601 instant'],
    ['has no version', { version: undefined }, '$: a task event always has version'],
    ['has an unknown stop code', { stopCode: 'Bored' }, 'is none of TaskStopCode'],
    ['has a member of its own', { mood: 'good' }, '$.mood: Task has no such member'],
  ])('that %s is refused', (_name, change, problem) => {
    expect(taskEventProblems({ ...task, ...change }).join('\n')).toContain(problem);
  });

  it('that is no object is refused', () => {
    expect(taskEventProblems('text').length).toBeGreaterThan(10);
  });
});
