import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blame, causeOf, type StoppedTask } from '../../../shared/domain/stop-cause.ts';
import { aStoppedTask } from '../../builders/rollouts.ts';

type Given = Partial<StoppedTask>;

function failedToStart(reason: string, own = reason): Given {
  return {
    stopCode: 'TaskFailedToStart',
    stoppedReason: reason,
    containers: [{ name: 'app', reason: own }],
  };
}

function exited(exitCode: number | undefined, reason?: string): Given {
  return { containers: [{ name: 'app', exitCode, reason }] };
}

function scheduler(stoppedReason: string): Given {
  return {
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason,
    containers: [{ name: 'app', exitCode: 137 }],
  };
}

const group = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef';

describe('why a task stopped', () => {
  it.each<[string, Given, string]>([
    ['its program failed', exited(1), 'app exited with code 1'],
    ['it could not be executed', exited(126), 'app exited with code 126 (its command cannot be executed)'],
    ['there was no such command', exited(127), 'app exited with code 127 (its command was not found)'],
    [
      'it met an instruction of another processor',
      exited(132),
      'app exited with code 132 (illegal instruction: perhaps built for another processor)',
    ],
    ['it gave up', exited(134), 'app exited with code 134 (aborted)'],
    ['it was killed, nobody says by whom', exited(137), 'app exited with code 137 (killed)'],
    ['it crashed', exited(139), 'app exited with code 139 (segmentation fault)'],
    ['it was told to end', exited(143), 'app exited with code 143 (terminated)'],
    ['it ended with a code of its own', exited(42), 'app exited with code 42'],
    ['it ended without an error', exited(0), 'its containers ended by themselves without an error'],
    [
      'its memory ran out, whatever the code',
      exited(0, 'OutOfMemoryError: Container killed due to memory usage'),
      'app: OutOfMemoryError: Container killed due to memory usage',
    ],
    [
      'the culprit is the one that nobody told to end',
      { containers: [{ name: 'envoy', exitCode: 143 }, { name: 'log' }, { name: 'app', exitCode: 2 }] },
      'app exited with code 2',
    ],
    ['no stop code came', { ...exited(1), stopCode: undefined }, 'app exited with code 1'],
    [
      'the load balancer found it ill',
      scheduler(`Task failed ELB health checks in (target-group ${group})`),
      `Task failed ELB health checks in (target-group ${group})`,
    ],
    [
      'the classic load balancer did',
      scheduler('Task failed ELB health checks in (elb web)'),
      'Task failed ELB health checks in (elb web)',
    ],
    [
      'its own health check did',
      scheduler('Task failed container health checks'),
      'Task failed container health checks',
    ],
    [
      'it is for another platform',
      failedToStart(
        "CannotPullContainerError: failed to resolve ref web:2: image Manifest does not contain descriptor matching platform 'linux/arm64'",
      ),
      "app: CannotPullContainerError: failed to resolve ref web:2: image Manifest does not contain descriptor matching platform 'linux/arm64'",
    ],
    [
      'it is in no registry',
      failedToStart('CannotPullContainerError: failed to resolve ref shop/web@sha256:5a: not found'),
      'app: CannotPullContainerError: failed to resolve ref shop/web@sha256:5a: not found',
    ],
    [
      'its repository is not there',
      failedToStart('CannotPullECRContainerError: The repository with name web does not exist'),
      'app: CannotPullECRContainerError: The repository with name web does not exist',
    ],
    [
      'the registry does not know it',
      failedToStart('CannotPullContainerError: manifest unknown'),
      'app: CannotPullContainerError: manifest unknown',
    ],
    [
      'its program is for another processor',
      failedToStart('exec /app: exec format error'),
      'app: exec /app: exec format error',
    ],
    [
      'its program is not in it',
      failedToStart('ResourceInitializationError: exec: "/app": stat /app: no such file or directory'),
      'app: ResourceInitializationError: exec: "/app": stat /app: no such file or directory',
    ],
    [
      'its program may not be run',
      failedToStart('CannotStartContainerError: exec: "/app": permission denied'),
      'app: CannotStartContainerError: exec: "/app": permission denied',
    ],
  ])('is the image: %s', (_why, given, words) => {
    expect(causeOf(aStoppedTask(given))).toMatchObject({ kind: 'image', words });
  });

  it.each<[string, string]>([
    ['capacity', 'RESOURCE:MEMORY'],
    ['capacity', 'TaskFailedToStart: AGENT'],
    ['capacity', 'TaskFailedToStart: EMPTY CAPACITY PROVIDER'],
    ['capacity', 'Capacity is unavailable at this time. Please try again later or in a different zone'],
    ['capacity', 'Unexpected EC2 error: InsufficientFreeAddressesInSubnet'],
    ['capacity', 'CannotPullContainerError: write /var/lib: no space left on device'],
    [
      'secrets',
      'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: dial tcp: i/o timeout',
    ],
    ['secrets', 'Fetching secret data from AWS Secrets Manager in region eu-west-1: AccessDeniedException'],
    ['secrets', 'ResourceInitializationError: invalid ssm parameters: /shop/key'],
    ['secrets', 'CannotPullContainerAuthError: no basic auth credentials'],
    ['secrets', 'CannotPullContainerError: pull access denied for web, repository does not exist'],
    ['network', 'CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout'],
    ['network', 'CannotPullContainerError: net/http: request canceled while waiting for connection'],
    ['network', 'CannotPullContainerError: lookup registry: no such host'],
    ['network', 'CannotPullContainerError: toomanyrequests: You have reached your pull rate limit'],
    ['network', 'CannotPullContainerError: ref pull has been retried 5 times'],
    ['network', 'Timeout waiting for network interface provisioning to complete.'],
    ['network', 'ContainerNetworkingError: failed to get network namespace'],
    ['other', 'DockerTimeoutError: Could not transition to running; timed out after waiting 1m'],
    ['other', 'ContainerRuntimeTimeoutError: Could not transition to created; timed out'],
    ['other', 'CannotStartContainerError: failed to initialize logging driver: AccessDeniedException'],
    ['other', 'ResourceInitializationError: failed to invoke EFS utils: no such file or directory'],
    ['other', 'HostConfigError: no'],
    ['other', 'TomorrowsError: something new'],
  ])('is %s: %s', (kind, reason) => {
    expect(causeOf(aStoppedTask(failedToStart(reason)))).toMatchObject({ kind, words: `app: ${reason}` });
    expect(causeOf(aStoppedTask(failedToStart(reason, '')))).toMatchObject({ kind, words: reason });
    expect(blame([aStoppedTask(failedToStart(reason))])).toMatchObject({ kind });
  });

  it.each<[string, Given]>([
    [
      'a scale-in whose container was killed',
      scheduler('Scaling activity initiated by (deployment ecs-svc/1)'),
    ],
    ['what the scheduler did for a reason of tomorrow', scheduler('because')],
    [
      'a person',
      { stopCode: 'UserInitiated', stoppedReason: 'Task failed container health checks, I think' },
    ],
    ['a person, without a stop code', { stopCode: undefined, stoppedReason: 'Task stopped by user' }],
    ['Spot', { stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' }],
    ['Spot, without a stop code', { stopCode: undefined, stoppedReason: 'Your Spot Task was interrupted.' }],
    ['a notice', { stopCode: 'TerminationNotice' }],
    ['ill infrastructure', { stopCode: 'InfrastructureHealth' }],
    ['a host that went away', { stopCode: undefined, stoppedReason: 'Host EC2 (instance i-0) terminated.' }],
  ])('is nobody’s fault, and counts for nothing: %s', (_who, given) => {
    const task = aStoppedTask(given);
    expect(causeOf(task)).toMatchObject({ kind: 'other', words: task.stoppedReason });
    expect(blame([task])).toBeUndefined();
  });

  it.each<[string, Given, string]>([
    [
      'ECS says nothing',
      { stopCode: undefined, stoppedReason: undefined, containers: [] },
      'ECS does not say why',
    ],
    [
      'a container was lost',
      { ...exited(undefined), stoppedReason: 'Essential container in task exited' },
      'Essential container in task exited',
    ],
    [
      'it stopped with a person’s silence',
      { stopCode: 'UserInitiated', stoppedReason: undefined },
      'it was stopped',
    ],
  ])('is not known: %s', (_why, given, words) => {
    expect(causeOf(aStoppedTask(given))).toMatchObject({ kind: 'other', words });
  });

  it('is one line of bounded length, whatever the task says', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 2_000 }),
      fc.constantFrom('CannotPullError: \n\n', 'x'.repeat(3_000)),
    );
    const maybe = fc.option(text, { nil: undefined });
    const container = fc.record({
      name: text,
      exitCode: fc.option(fc.integer(), { nil: undefined }),
      reason: maybe,
    });
    const task = fc.record({
      arn: text,
      stopCode: maybe,
      stoppedReason: maybe,
      containers: fc.array(container),
    });
    fc.assert(
      fc.property(task, (any) => {
        const { words } = causeOf({
          ...any,
          containers: any.containers.map((one) => ({ ...one, name: 'app' })),
        });
        expect(words.length).toBeLessThanOrEqual(330);
        expect(words).not.toContain('\n');
      }),
    );
  });
});

describe('the blame for a deployment', () => {
  const crash = aStoppedTask(exited(1));
  const full = aStoppedTask(failedToStart('RESOURCE:CPU'));
  const scaledIn = aStoppedTask(scheduler('Scaling activity initiated by (deployment ecs-svc/1)'));

  it('is what most of its stops say, in the words of the newest of them', () => {
    const newest = aStoppedTask(exited(2));
    expect(blame([full, newest, crash, scaledIn, scaledIn])).toMatchObject({
      kind: 'image',
      words: 'app exited with code 2',
    });
  });

  it('knows what that task ran, where its image was pulled', () => {
    const digests = { app: 'sha256:1' };
    const containers = [{ name: 'app', exitCode: 1, digest: 'sha256:1' }, { name: 'log' }];
    expect(blame([{ ...crash, containers }, full])?.digests).toEqual(digests);
    expect(blame([full])?.digests).toEqual({});
  });

  it.each([
    [[full, crash], 'capacity'],
    [[crash, full], 'image'],
    [[crash, full, full, crash], 'image'],
  ])('goes, of as many, to the newest', (tasks, kind) => {
    expect(blame(tasks)).toMatchObject({ kind });
  });

  it('is nobody’s where nothing stopped that counts', () => {
    expect(blame([])).toBeUndefined();
    expect(blame([scaledIn])).toBeUndefined();
  });
});
