import { revisionName } from './arn.ts';
import { type Deployment, type DeploymentRecord, primaryOf, type ServiceSnapshot } from './service.ts';
import type { Outcome, Rollout } from './target/rollout.ts';

/** How a rollout stands, judged by what the service really runs. */
export type Verdict =
  | { readonly kind: 'rolling' }
  | { readonly kind: 'rolling back'; readonly reason: string }
  /** ECS has failed it, and may yet roll back by itself. */
  | { readonly kind: 'failing'; readonly reason: string }
  | {
      readonly kind: 'ended';
      readonly outcome: Outcome;
      readonly reason: string;
      /** The service was left on the failed revision, or on none that works. */
      readonly undo?: boolean;
      /** Where ECS went back: ARN of the revision that runs instead. */
      readonly runs?: string | undefined;
      /** ARN of the revision that took its place. */
      readonly by?: string | undefined;
    }
  /** DescribeServices no longer shows our deployment: ask ECS's deployment records. */
  | { readonly kind: 'gone' };

const rolling: Verdict = { kind: 'rolling' };

interface Judging {
  readonly at: number;
  /** Revisions of younger rollouts: who runs one of them has not gone back. */
  readonly newer?: readonly string[];
}

/**
 * Never trusts an event, and never COMPLETED alone: completed is only a rollout whose revision the primary deployment runs.
 * The revision is compared, not the deployment's id: a rollback of ECS brings the old deployment's id back.
 */
export function judge(service: ServiceSnapshot, rollout: Rollout, { at, newer = [] }: Judging): Verdict {
  if (service.status !== 'ACTIVE') return ended('failed', `the service is ${service.status}`);
  const primary = primaryOf(service);
  if (primary === undefined) return ended('failed', 'the service has no primary deployment');
  if (primary.taskDefinition === rollout.revision) return judgeOurs(primary, { service, rollout, at });
  const ours = service.deployments.find(({ taskDefinition }) => taskDefinition === rollout.revision);
  const failed = ours?.rolloutState === 'FAILED' || rollout.phase === 'rolling-back';
  if (!failed) return { kind: 'gone' };
  const reason = ours?.reason ?? rollout.reason ?? '';
  return newer.includes(primary.taskDefinition)
    ? ended('failed', `${withoutStop(reason)}; ${revisionName(primary.taskDefinition)} took its place`)
    : judgeRollback(primary, rollout, reason);
}

/** With its circuit breaker or alarms set to roll back, ECS has so long to begin. */
export const ownRollbackMs = 2 * 60_000;

interface Moment {
  readonly service: ServiceSnapshot;
  readonly rollout: Rollout;
  readonly at: number;
}

function judgeOurs(
  { rolloutState, reason = '' }: Deployment,
  { service: { rollsBack }, rollout: { failedAt }, at }: Moment,
): Verdict {
  if (rolloutState === 'COMPLETED') return ended('completed', reason);
  if (rolloutState !== 'FAILED') return rolling;
  const mayRollBack = rollsBack && at - (failedAt ?? at) < ownRollbackMs;
  return mayRollBack ? { kind: 'failing', reason } : { ...ended('failed', reason), undo: true };
}

function judgeRollback(primary: Deployment, { baseRevision }: Rollout, reason: string): Verdict {
  const { rolloutState, taskDefinition } = primary;
  if (rolloutState === 'IN_PROGRESS') return { kind: 'rolling back', reason };
  const [said, running] = [withoutStop(reason) || 'the deployment failed', revisionName(taskDefinition)];
  return rolloutState === 'FAILED'
    ? {
        ...ended('failed', `${said}; ${running} failed as well: ${primary.reason ?? 'ECS says no more'}`),
        undo: true,
      }
    : {
        ...ended(
          'rolled-back',
          `${said}; it runs ${running} ${taskDefinition === baseRevision ? 'again' : 'now'}`,
        ),
        runs: taskDefinition,
      };
}

/** A fresh deployment may be missing from ECS's reads for some seconds; later than this it is really gone. */
const readsLagMs = 120_000;

interface Records extends Judging {
  readonly records: readonly DeploymentRecord[];
}

/**
 * The same question to ListServiceDeployments, whose entries name a deployment by the digits of its id. What else the service
 * runs counts only when the reads must have caught up: until then they may still show what ran before.
 */
export function judgeByRecord(
  service: ServiceSnapshot,
  rollout: Rollout,
  { records, at, newer }: Records,
): Verdict {
  const { status, reason = '' } = recordOf(records, rollout) ?? {};
  const said = withoutStop(reason);
  switch (status) {
    case 'ROLLBACK_SUCCESSFUL':
      return rolledBackTo(service, said || 'ECS rolled back', newer);
    case 'ROLLBACK_FAILED':
      return { ...ended('failed', said || 'the rollback failed'), undo: true };
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return { kind: 'rolling back', reason: said || 'ECS is rolling back' };
    case 'SUCCESSFUL':
    case 'STOPPED':
    case undefined:
      return at - (rollout.startedAt ?? at) < readsLagMs
        ? rolling
        : leftBehind(service, rollout, { status, said });
    default:
      return rolling;
  }
}

function rolledBackTo(service: ServiceSnapshot, said: string, newer: Judging['newer'] = []): Verdict {
  const { taskDefinition = '' } = service;
  return newer.includes(taskDefinition)
    ? ended('failed', `${said}; ${runningOf(service)} took its place`)
    : { ...ended('rolled-back', `${said}; it runs ${runningOf(service)} now`), runs: taskDefinition };
}

function runningOf({ taskDefinition = 'another revision' }: ServiceSnapshot): string {
  return revisionName(taskDefinition);
}

interface LastWord {
  readonly status: 'SUCCESSFUL' | 'STOPPED' | undefined;
  readonly said: string;
}

/** Over, or unknown to ECS: what runs instead tells the rest. */
function leftBehind(service: ServiceSnapshot, rollout: Rollout, { status, said }: LastWord): Verdict {
  const running = runningOf(service);
  if (status === 'SUCCESSFUL')
    return ended('superseded', `it succeeded; then the service was set to ${running}`);
  const words = said === '' ? '' : `; ECS says: ${said}`;
  return primaryOf(service)?.taskDefinition === rollout.baseRevision
    ? { ...ended('stopped', `the service is back on ${running}${words}`), runs: rollout.baseRevision }
    : {
        ...ended('superseded', `another deployment set the service to ${running}${words}`),
        by: service.taskDefinition,
      };
}

/** What ECS remembers of a rollout's deployment. */
export function recordOf(
  records: readonly DeploymentRecord[],
  { deploymentId = '' }: Rollout,
): DeploymentRecord | undefined {
  const digits = deploymentId.slice(deploymentId.lastIndexOf('/') + 1);
  if (digits === '') return undefined;
  return records.find(({ targetServiceRevisionArn }) => targetServiceRevisionArn.endsWith(`/${digits}`));
}

function ended(outcome: Outcome, reason: string): Verdict & { readonly kind: 'ended' } {
  return { kind: 'ended', outcome, reason };
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
