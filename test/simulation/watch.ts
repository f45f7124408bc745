import { parseImageRef } from '../../shared/domain/image-ref.ts';
import { holdTag } from '../../shared/domain/service.ts';
import { isQuarantined } from '../../shared/domain/target/quarantine.ts';
import { isOpen, type Rollout, type Target } from '../../shared/domain/target/state.ts';
import { digestsOf, runningDigests } from './invariants/good.ts';
import type { Call, Invocation } from './invocations.ts';
import type { Scene } from './scene.ts';

const writers: ReadonlySet<string> = new Set([
  'services.update',
  'services.rollBack',
  'definitions.register',
  'schedules.set',
]);

/** What may be seen at the last look of a correct writer: so many calls before it acts. */
const looksBack = 8;

/** What may never be, at any moment. */
export class Watch {
  readonly #scene: Scene;
  readonly #writing = new Map<string, Set<Call>>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Told when a flow calls a port; answers what to call when that is over. */
  began(call: Call): () => void {
    const { name, by, args } = call;
    if (!writers.has(name)) return () => undefined;
    const scene = this.#scene;
    if (by?.name !== 'roll-service') scene.violates(`one writer: ${by?.name ?? '?'} called ${name}`);
    return name === 'services.update' && by !== undefined
      ? this.#updates(call, by, args.map(String))
      : () => undefined;
  }

  #updates(call: Call, by: Invocation, [, service = '', revision = '']: readonly string[]): () => void {
    const writing = this.#writing.get(service) ?? new Set();
    this.#writing.set(service, writing.add(call));
    const live = [...writing].filter((one) => one.by?.dead === false);
    if (live.length > 1) this.#scene.violates(`one writer: two UpdateService of ${service} at once`);
    mayAct(this.#scene, { service, revision, since: lastLook(by) });
    return () => writing.delete(call);
  }

  /** Right before a call of Slipway takes effect. */
  takesEffect(operation: string, input: Readonly<Record<string, unknown>>): void {
    const allowed = inputs[operation];
    const given = Object.keys(input);
    const extra = given.filter((member) => allowed?.includes(member) === false);
    if (extra.length > 0) this.#scene.violates(`inputs: ${operation} with ${extra.join(', ')}`);
    if (operation === 'UpdateService')
      noDowngrade(this.#scene, String(input['service']), String(input['taskDefinition']));
  }
}

/** Members that a call of Slipway's may have. */
const inputs: Readonly<Record<string, readonly string[]>> = {
  UpdateService: ['cluster', 'service', 'taskDefinition'],
  StopServiceDeployment: ['serviceDeploymentArn', 'stopType'],
  CreateService: [],
  DeleteService: [],
  StopTask: [],
  RunTask: [],
  DeregisterTaskDefinition: [],
};

function lastLook({ calledAt, startedAt }: Invocation): number {
  return calledAt.at(-looksBack) ?? startedAt;
}

interface Acting {
  readonly service: string;
  readonly revision: string;
  /** What was so by then, whoever acts must know. */
  readonly since: number;
}

function mayAct(scene: Scene, acting: Acting): void {
  const { service, revision, since } = acting;
  const target = scene.target(service);
  const rollout = target?.rollouts.find((one) => one.revision === revision);
  if (target === undefined || rollout === undefined) {
    scene.violates(`fencing: ${service} is set to ${revision}, which no rollout of its state names`);
    return;
  }
  isCurrent(scene, target, { rollout, since });
  const pausedAt = scene.pausedAt();
  if (pausedAt !== undefined && pausedAt < since) scene.violates(`pause: ${service} is set to ${revision}`);
  if (rollout.goBackTo === undefined) isFree(scene, target, { ...acting, rollout });
}

function isCurrent(
  scene: Scene,
  { service, rollouts }: Target,
  { rollout, since }: { readonly rollout: Rollout; readonly since: number },
): void {
  const [newest] = rollouts;
  const isLate =
    newest !== undefined && newest.generation !== rollout.generation && newest.acceptedAt < since;
  const ended = !isOpen(rollout) && (rollout.endedAt ?? 0) < since;
  if (isLate)
    scene.violates(`fencing: ${service}/${rollout.generation} acts, and ${newest.generation} is newer`);
  else if (ended) scene.violates(`fencing: ${service}/${rollout.generation} acts, and is ${rollout.phase}`);
}

/** Hold and quarantine. */
function isFree(
  scene: Scene,
  target: Target,
  { service, revision, since, rollout }: Acting & { readonly rollout: Rollout },
): void {
  const { hold } = target;
  const heldAt = Math.min(
    hold?.at ?? Number.POSITIVE_INFINITY,
    scene.held.get(service) ?? Number.POSITIVE_INFINITY,
  );
  if (heldAt < since)
    scene.violates(`hold: ${service} is set to ${revision} while on hold or tagged ${holdTag}`);
  if (rollout.cause === 'deploy') return;
  const before = runningDigests(scene, service);
  for (const [container, image] of Object.entries(scene.truth.images(revision))) {
    const { repository = '', digest = '' } = parseImageRef(image) ?? {};
    const found = isQuarantined(target, repository, digest);
    if (found !== undefined && found.at < since && before[container] !== digest)
      scene.violates(
        `quarantine: ${service} ${container} is set to ${digest.slice(7, 11)}, quarantined at ${found.at - scene.startedAt}`,
      );
  }
}

/** In the order of the policy; what a person or a rollback asks for aside. */
function noDowngrade(scene: Scene, service: string, revision: string): void {
  const rollout = scene.target(service)?.rollouts.find((one) => one.revision === revision);
  if (rollout === undefined || rollout.goBackTo !== undefined || scene.meddled.has(service)) return;
  const before = runningDigests(scene, service);
  const after = digestsOf(scene, revision);
  const plan = scene.given.services.find((one) => one.name === service);
  for (const { name, repository } of plan?.containers ?? []) {
    const known = { repository, until: rollout.acceptedAt };
    const from = rank(scene, known, before[name]);
    const to = rank(scene, { repository, until: Number.POSITIVE_INFINITY }, after[name]);
    const isBad = scene.target(service)?.quarantine?.some(({ digest }) => digest === before[name]) === true;
    if (to < from && !isBad) scene.violates(`downgrade: ${service} ${name} goes from ${from} to ${to}`);
  }
}

interface Known {
  readonly repository: string | undefined;
  /** What was pushed later nobody could know. */
  readonly until: number;
}

/** Where the policy puts a digest; everywhere the same where it has no order of tags. */
function rank(scene: Scene, { repository, until }: Known, digest: string | undefined): number {
  const { policy } = scene.given.repositories.find(({ name }) => name === repository) ?? {};
  if (repository === undefined || digest === undefined) return 0;
  return policy === 'semver' || policy === 'numerical'
    ? scene.registry.greatest(repository, digest, until)
    : 0;
}
