import { createJudge } from './judge.ts';

/**
 * What a task event's `detail` has beyond the API's Task.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
 * `version` and `updatedAt` are documented there; `version` has meanwhile become a member of Task itself.
 */
const taskEvents = createJudge('ecs', {
  timestamps: 'iso',
  extraMembers: { Task: ['updatedAt'] },
});

const always = [
  'clusterArn',
  'containers',
  'createdAt',
  'desiredStatus',
  'lastStatus',
  'launchType',
  'taskArn',
  'taskDefinitionArn',
  'updatedAt',
  'version',
] as const;

/** Problems of the `detail` of an `ECS Task State Change`; what every recorded event carries must be there. */
export function taskEventProblems(detail: unknown): readonly string[] {
  const members = typeof detail === 'object' && detail !== null ? Object.entries(detail) : [];
  const present = new Set(members.filter(([, value]) => value !== undefined).map(([name]) => name));
  const missing = always.filter((name) => !present.has(name));
  return [
    ...missing.map((name) => `$: a task event always has ${name}`),
    ...taskEvents.shape('Task', detail),
    ...members.filter(([name]) => name === 'updatedAt').flatMap(([, value]) => instantProblems(value)),
  ];
}

function instantProblems(value: unknown): readonly string[] {
  return taskEvents.shape('Timestamp', value).map((problem) => problem.replace('$', '$.updatedAt'));
}
