/** A stopped task as ECS describes it, in our words. Every text is hostile. */
export interface StoppedTask {
  readonly arn: string;
  readonly stopCode?: string | undefined;
  readonly stoppedReason?: string | undefined;
  readonly containers: readonly StoppedContainer[];
}

export interface StoppedContainer {
  readonly name: string;
  readonly exitCode?: number | undefined;
  readonly reason?: string | undefined;
  /** What it ran; an image that was never pulled has none. */
  readonly digest?: string | undefined;
}

/** `image`: another image could have done better. */
const causeKinds = ['image', 'capacity', 'secrets', 'network', 'other'] as const;
export type CauseKind = (typeof causeKinds)[number];

/** Why a task stopped, or most tasks of a deployment. `words` holds hostile text. */
export interface Blame {
  readonly kind: CauseKind;
  readonly words: string;
  /** The container that says so, where one does. */
  readonly container?: string | undefined;
  /** Container → digest that the task ran. */
  readonly digests?: Readonly<Record<string, string>> | undefined;
}

/** Why a task stopped, by its own account. What says nothing of the deployment is `other`. */
export function causeOf(task: StoppedTask): Blame {
  return countedCause(task) ?? { kind: 'other', words: shortened(task.stoppedReason ?? 'it was stopped') };
}

/** What most of a deployment's stops say; of as many, what the newest of them says. Tasks come newest first. */
export function blame(tasks: readonly StoppedTask[]): Blame | undefined {
  const causes = tasks.flatMap((task) => {
    const cause = countedCause(task);
    return cause === undefined ? [] : [{ ...cause, digests: digestsOf(task) }];
  });
  const counts = causeKinds.map((kind) => causes.filter((cause) => cause.kind === kind).length);
  const most = Math.max(...counts);
  return causes.find(({ kind }) => counts[causeKinds.indexOf(kind)] === most);
}

function digestsOf({ containers }: StoppedTask): Readonly<Record<string, string>> {
  return Object.fromEntries(
    containers.flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest]])),
  );
}

/** Undefined: scaled in, replaced by a deployment, stopped by a person, or the place under it went away. */
function countedCause(task: StoppedTask): Blame | undefined {
  const { stopCode = '', stoppedReason = '' } = task;
  if (interrupted.has(stopCode) || uncounted.test(stoppedReason)) return undefined;
  const health = healthChecks.exec(stoppedReason)?.[0];
  if (health !== undefined) return { kind: 'image', words: shortened(health) };
  if (stopCode === 'ServiceSchedulerInitiated') return undefined;
  return containerCause(task) ?? startCause(stoppedReason) ?? exitCause(task) ?? unknownStop(task);
}

const interrupted = new Set([
  'SpotInterruption',
  'TerminationNotice',
  'InfrastructureHealth',
  'UserInitiated',
]);
/** Texts of the same where no stop code came. */
const uncounted =
  /^(?:Your Spot Task was interrupted|Task stopped by user|Scaling activity initiated by|Host EC2 \(instance|Container instance deregistration forced|ECS is performing maintenance)/;
const healthChecks =
  /^Task failed (?:ELB|container) health checks(?: in \((?:target-group|elb) [^()\s]{1,256}\))?/;

/** The container that says why is the culprit, whichever of them exited otherwise. */
function containerCause({ containers }: StoppedTask): Blame | undefined {
  for (const { name, reason = '' } of containers) {
    const cause = startCause(reason);
    if (cause !== undefined) return { ...cause, words: `${name}: ${cause.words}`, container: name };
  }
  return undefined;
}

interface Sign {
  readonly pattern: RegExp;
  readonly kind: CauseKind;
}

/** The first that is found decides: what a text says exactly comes before the name of its error. */
const signs: readonly Sign[] = [
  { kind: 'image', pattern: /^OutOfMemoryError/ },
  { kind: 'other', pattern: /^(?:ContainerRuntimeTimeoutError|ContainerRuntimeError|DockerTimeoutError)/ },
  {
    kind: 'capacity',
    pattern:
      /RESOURCE:|^TaskFailedToStart: (?:AGENT|ATTRIBUTE|EMPTY|LOCATION)|Capacity is unavailable|Insufficient(?:Capacity|FreeAddresses)|No Container Instances|no space left on device/i,
  },
  {
    kind: 'image',
    pattern:
      /exec format error|does not contain descriptor matching platform|no matching manifest|manifest unknown/i,
  },
  {
    kind: 'other',
    pattern: /logging driver|logger args|EFS utils|^(?:CannotCreateVolume|InvalidVolume|HostConfig)Error/,
  },
  {
    kind: 'image',
    pattern: /^Cannot(?:Start|Create)ContainerError|executable file not found|no such file or directory/,
  },
  {
    kind: 'secrets',
    pattern: /secrets or registry auth|Fetching secret data|Secrets ?Manager|ssm parameter/i,
  },
  {
    kind: 'network',
    pattern:
      /i\/o timeout|dial tcp|TLS handshake|connection re(?:fused|set)|no such host|context (?:deadline exceeded|canceled)|timed out|timeout|toomanyrequests|net\/http/i,
  },
  { kind: 'secrets', pattern: /AuthError|auth credentials|denied|unauthorized|forbidden|not authorized/i },
  { kind: 'image', pattern: /^CannotPull\w*Error.*(?:not found|does not exist)/s },
  { kind: 'network', pattern: /^(?:CannotPull\w*|ContainerNetworking)Error|network interface/i },
  { kind: 'other', pattern: /^\w+Error: / },
];

function startCause(reason: string): Blame | undefined {
  const found = signs.find(({ pattern }) => pattern.test(reason.slice(0, readMax)));
  return found && { kind: found.kind, words: shortened(reason) };
}

/** By itself: not killed, and not told to stop, which happens to a task's other containers. */
function exitCause({ containers }: StoppedTask): Blame | undefined {
  const failed = containers.filter(({ exitCode = 0 }) => exitCode !== 0);
  const culprit = failed.find(({ exitCode = 0 }) => !told.has(exitCode)) ?? failed[0];
  if (culprit === undefined) return undefined;
  const { name: container, exitCode } = culprit;
  return { kind: 'image', words: `${container} ${exitInWords(exitCode)}`, container };
}

/** What containers end with when their task is stopped for another one's sake. */
const told = new Set([137, 143]);

const meanings: Readonly<Record<number, string>> = {
  126: 'its command cannot be executed',
  127: 'its command was not found',
  132: 'illegal instruction: perhaps built for another processor',
  134: 'aborted',
  137: 'killed',
  139: 'segmentation fault',
  143: 'terminated',
};

function exitInWords(code = 0): string {
  const meaning = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  return `exited with code ${code}${meaning === undefined ? '' : ` (${meaning})`}`;
}

/** A service's task has to go on: whoever ends without an error did not stay either. */
function unknownStop({ stopCode, stoppedReason = '', containers }: StoppedTask): Blame {
  const isOver = containers.some(({ exitCode }) => exitCode === 0);
  if (stopCode === 'EssentialContainerExited' && isOver) {
    return { kind: 'image', words: 'its containers ended by themselves without an error' };
  }
  return { kind: 'other', words: shortened(stoppedReason === '' ? 'ECS does not say why' : stoppedReason) };
}

/** ECS's own texts are at most 1,024 characters. */
const readMax = 1_024;
const wordsMax = 300;

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= wordsMax ? line : `${line.slice(0, wordsMax - 1)}…`;
}
