import { DescribeTasksCommand, ECSClient, ListTasksCommand, type Task } from '@aws-sdk/client-ecs';
import type { ServiceName } from '../domain/arn.ts';
import { chunks } from '../domain/chunks.ts';
import type { StoppedTask } from '../domain/stop-cause.ts';
import type { Tasks } from '../ports.ts';
import { clientSettings } from './client-settings.ts';
import { asking, orNothing } from './errors.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const describeMax = 100;
/** A thousand tasks of a service say what the others do: ECS starts all of a revision from the same digests. */
const listPagesMax = 10;
const stoppedMax = 100;
const notThere = new Set(['ClusterNotFoundException', 'ServiceNotFoundException']);

export function tasks(ecs = new ECSClient(clientSettings)): Tasks {
  return {
    async runningDigests(cluster, service, revision) {
      const found = await tasksOf(ecs, { cluster, service }, 'RUNNING');
      return common(found.filter((task) => isRunning(task, revision)).map(digestsOf));
    },
    async stopped(name, deploymentId) {
      const found = await tasksOf(ecs, name, 'STOPPED');
      return found
        .filter(({ startedBy, lastStatus }) => startedBy === deploymentId && lastStatus === 'STOPPED')
        .toSorted((a, b) => timeOf(b) - timeOf(a))
        .slice(0, stoppedMax)
        .map(stoppedTask);
    },
  };
}

async function tasksOf(
  ecs: ECSClient,
  name: ServiceName,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<readonly Task[]> {
  const arns = (await orNothing(notThere, () => list(ecs, name, desiredStatus))) ?? [];
  const found: Task[] = [];
  for (const some of chunks(arns, describeMax)) {
    const command = new DescribeTasksCommand({ cluster: name.cluster, tasks: [...some] });
    const answer = await asking('DescribeTasks', () => ecs.send(command));
    found.push(...(answer.tasks ?? []));
  }
  return found;
}

async function list(
  ecs: ECSClient,
  { cluster, service }: ServiceName,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<readonly string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < listPagesMax; pages += 1) {
    const command = new ListTasksCommand({ cluster, serviceName: service, desiredStatus, nextToken });
    const answer = await asking('ListTasks', () => ecs.send(command));
    arns.push(...(answer.taskArns ?? []));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return arns;
}

function isRunning({ lastStatus, taskDefinitionArn }: Task, revision: string): boolean {
  return lastStatus === 'RUNNING' && taskDefinitionArn === revision;
}

type Digests = Readonly<Record<string, string>>;

function digestsOf({ containers = [] }: Task): Digests {
  return Object.fromEntries(
    containers.flatMap(({ name, imageDigest }) =>
      name === undefined || imageDigest === undefined ? [] : [[name, imageDigest]],
    ),
  );
}

function common([first = {}, ...others]: readonly Digests[]): Digests {
  const same = Object.entries(first).filter(([name, digest]) =>
    others.every((other) => other[name] === digest),
  );
  return Object.fromEntries(same);
}

function timeOf({ stoppedAt, stoppingAt }: Task): number {
  return (stoppedAt ?? stoppingAt)?.getTime() ?? 0;
}

function stoppedTask({ taskArn = '', stopCode, stoppedReason, containers = [] }: Task): StoppedTask {
  return {
    arn: taskArn,
    stopCode,
    stoppedReason,
    containers: containers.map(({ name = '', exitCode, reason, imageDigest }) => ({
      name,
      exitCode,
      reason,
      digest: imageDigest,
    })),
  };
}
