import type { JsonObject } from '../../../shared/domain/lossless-json.ts';
import type { Core } from '../core.ts';
import type { Container, Task } from '../state.ts';
import { ec2, fargate, health } from '../timing.ts';
import { change, later, tell } from './change.ts';
import { containerDied, endContainer, startFailed } from './ending.ts';
import { followHealth } from './health.ts';
import { behaviourOf, deathOf, foresee, type Outcome } from './outcome.ts';

/** The life of a task from its first event on. */
export function begin(core: Core, task: Task): void {
  tell(core, task);
  const times = task.launchType === 'FARGATE' ? onFargate(core) : onInstance(core);
  if (task.network !== undefined) {
    later(core, task)(times.connected, () =>
      change(core, task, { lastStatus: 'PENDING', connectivityAt: core.clock.now() }),
    );
  } else {
    task.connectivityAt = core.clock.now();
  }
  later(core, task)(times.pullStarts, () => {
    const pullStartedAt = core.clock.now();
    const outcome = foresee(core, task);
    if (outcome.kind === 'cannot be pulled') {
      const rest = Math.max(0.2, fargate.pullFails - times.pullStarts);
      const failure = { ...outcome, stoppedAfterSeconds: fargate.stoppedAfterPullFailure };
      later(core, task)(task.network === undefined ? 0.5 : rest, () => startFailed(core, task, failure));
      return;
    }
    later(core, task)(times.pullTakes, () => {
      Object.assign(task, { pullStartedAt, pullStoppedAt: core.clock.now() });
      later(core, task)(times.starts, () => start(core, task, outcome));
    });
  });
}

interface Times {
  readonly connected: number;
  readonly pullStarts: number;
  readonly pullTakes: number;
  readonly starts: number;
}

/** RUNNING comes 20 to 23 s after creation, whatever the pull took. */
function onFargate({ random }: Core): Times {
  const pullStarts = random.between(13, 15);
  const starts = random.between(...fargate.starts);
  const running = random.between(20, 23);
  return {
    connected: random.between(...fargate.connected),
    pullStarts,
    starts,
    pullTakes: running - starts - pullStarts,
  };
}

function onInstance({ random }: Core): Times {
  return {
    connected: 0.3,
    pullStarts: random.between(...ec2.pullStarts),
    pullTakes: random.between(...ec2.pullTakes),
    starts: random.between(...ec2.starts),
  };
}

function start(core: Core, task: Task, outcome: Exclude<Outcome, { kind: 'cannot be pulled' }>): void {
  if (outcome.kind === 'cannot start') {
    startFailed(core, task, { ...outcome, stoppedAfterSeconds: fargate.stopped });
    return;
  }
  for (const container of task.containers) run(core, task, container);
  if (outcome.kind === 'dies' && !outcome.reachesRunning) {
    later(core, task)(outcome.death.afterSeconds, () => containerDied(core, task, outcome));
  } else if (task.balanced) {
    change(core, task, { lastStatus: 'ACTIVATING' });
    later(core, task)(core.random.between(1, health.targetRegisters), () => running(core, task, outcome));
  } else {
    running(core, task, outcome);
  }
}

function run(core: Core, task: Task, container: Container): void {
  container.lastStatus = 'RUNNING';
  container.runtimeId =
    task.launchType === 'FARGATE' ? `${task.id}-${core.random.digits(10)}` : core.random.hex(64);
  if (task.network === undefined) container.networkBindings = bindings(core, container);
}

function bindings(core: Core, { definition }: Container): JsonObject[] {
  const mappings = (definition['portMappings'] ?? []) as readonly JsonObject[];
  return mappings.map(({ containerPort, hostPort, protocol }) => ({
    bindIP: '0.0.0.0',
    containerPort,
    hostPort: hostPort === 0 || hostPort === undefined ? core.random.whole(32_768, 60_999) : hostPort,
    protocol: protocol ?? 'tcp',
  }));
}

function running(core: Core, task: Task, outcome: Outcome): void {
  change(core, task, { lastStatus: 'RUNNING', startedAt: core.clock.now() });
  if (outcome.kind === 'dies') {
    later(core, task)(outcome.death.afterSeconds, () => containerDied(core, task, outcome));
  }
  for (const container of task.containers) letSidecarDie(core, task, container);
  followHealth(core, task);
}

/** A container that is not essential may end; its task goes on. */
function letSidecarDie(core: Core, task: Task, container: Container): void {
  if (container.essential) return;
  const death = deathOf(behaviourOf(core, task, container));
  if (death === undefined) return;
  later(core, task)(death.afterSeconds, () => {
    endContainer(container, death);
    change(core, task, {});
  });
}
