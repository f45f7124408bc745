import {
  DescribeServiceDeploymentsCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  type ServiceDeploymentBrief,
  StopServiceDeploymentCommand,
} from '@aws-sdk/client-ecs';
import type { DeploymentRecord } from '../domain/service.ts';
import { acting, asking } from './errors.ts';

const listPage = 100;
/** ListServiceDeployments keeps 90 days; ours is among the newest. */
const recordPagesMax = 3;
/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html */
const describeMax = 20;

/** The newest first. Of those that go on, also the stage, which only DescribeServiceDeployments shows. */
export async function deploymentRecords(
  ecs: ECSClient,
  cluster: string,
  service: string,
): Promise<readonly DeploymentRecord[]> {
  const records = (await listed(ecs, cluster, service)).map(record);
  const going = records.filter(({ status }) => goesOn.has(status)).slice(0, describeMax);
  if (going.length === 0) return records;
  const stages = await describe(
    ecs,
    going.map(({ arn }) => arn),
  );
  return records.map((one) => ({ ...one, ...stages.get(one.arn) }));
}

const goesOn: ReadonlySet<string> = new Set([
  'PENDING',
  'IN_PROGRESS',
  'STOP_REQUESTED',
  'ROLLBACK_REQUESTED',
  'ROLLBACK_IN_PROGRESS',
]);

export async function rollBack(ecs: ECSClient, serviceDeploymentArn: string): Promise<void> {
  const command = new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' });
  await acting('StopServiceDeployment', () => ecs.send(command));
}

async function listed(
  ecs: ECSClient,
  cluster: string,
  service: string,
): Promise<readonly ServiceDeploymentBrief[]> {
  const found: ServiceDeploymentBrief[] = [];
  let nextToken: string | undefined;
  for (let pages = 0; pages < recordPagesMax; pages += 1) {
    const command = new ListServiceDeploymentsCommand({ cluster, service, maxResults: listPage, nextToken });
    const answer = await asking('ListServiceDeployments', () => ecs.send(command));
    found.push(...(answer.serviceDeployments ?? []));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return found;
}

function record(brief: ServiceDeploymentBrief): DeploymentRecord {
  const { serviceDeploymentArn = '', targetServiceRevisionArn = '', status, statusReason } = brief;
  return {
    arn: serviceDeploymentArn,
    targetServiceRevisionArn,
    status: status ?? 'UNKNOWN',
    reason: statusReason,
  };
}

type Stage = Pick<DeploymentRecord, 'lifecycleStage' | 'paused'>;

async function describe(ecs: ECSClient, arns: readonly string[]): Promise<ReadonlyMap<string, Stage>> {
  const command = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [...arns] });
  const { serviceDeployments = [] } = await asking('DescribeServiceDeployments', () => ecs.send(command));
  return new Map(serviceDeployments.map((one) => [one.serviceDeploymentArn ?? '', stageOf(one)]));
}

function stageOf({ lifecycleStage, lifecycleHookDetails = [] }: ServiceDeployment): Stage {
  const isPaused = lifecycleHookDetails.some(
    ({ targetType, status }) => targetType === 'PAUSE' && status === 'AWAITING_ACTION',
  );
  return { lifecycleStage, paused: isPaused };
}
