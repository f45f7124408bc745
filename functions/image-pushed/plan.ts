import type { ServiceName } from '../../shared/domain/arn.ts';
import { ecrRegistry, isSameRegistry } from '../../shared/domain/image-ref.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type { StoredImage } from '../../shared/ports.ts';
import { targetsRunning } from '../../shared/records/inventory-record.ts';
import { pushTime } from '../../shared/records/push-record.ts';
import { classify, type Ignored } from './classify.ts';
import { type Image, mayWant } from './decide/rule.ts';
import { inWholeSeconds, type LookUp } from './decide/running.ts';
import { type Context, type Decision, decide, type Push } from './decide.ts';
import type { PlanDeps } from './deps.ts';
import { lookUpRunning } from './look-up.ts';
import { type Arrival, readArrival } from './read-event.ts';

const labelMax = 256;

/** What an event of ECR leads to. Made by reads alone. */
export type Plan =
  | {
      readonly kind: 'ignored';
      readonly reason: Ignored;
      readonly detail?: string | undefined;
      readonly action: Arrival;
    }
  | {
      readonly kind: 'decided';
      readonly action: Arrival;
      readonly push: Push;
      /** The tag has moved on since the event: what it resolves to now is what counts. */
      readonly stale: boolean;
      readonly targets: readonly PlannedTarget[];
      readonly lookUp: LookUp;
      /** When the registry was asked what the tag names; nobody asks another registry. Milliseconds since the epoch. */
      readonly resolvedAt?: number | undefined;
    };

export interface PlannedTarget {
  readonly name: ServiceName;
  readonly target: Target;
  readonly decision: Decision;
}

export async function plan(event: unknown, deps: PlanDeps): Promise<Plan> {
  const action = readArrival(event);
  const ignored = (reason: Ignored, detail?: string): Plan => ({ kind: 'ignored', reason, detail, action });
  const reason = classify(action, deps.home, deps.rules);
  if (reason !== undefined) return ignored(reason);
  const { repository, tag = '' } = action;
  const where = { registry: registryOf(action), repository };
  if (!mayWant(deps.rules, where)) return ignored('no rule wants it');
  const resolvedAt = isAtHome(where, deps) ? deps.clock?.now() : undefined;
  const image = await resolve(action, where, deps);
  if (image === undefined) return ignored('tag is gone');
  if (image.kind === 'artifact') return ignored('not an image', image.what);

  const answeredAt = isAtHome(where, deps) ? deps.clock?.now() : undefined;
  const found = { ...where, tag, image, answeredAt };
  const push = pushOf({ ...found, pushedAt: await pushedAt({ action, where, image }, deps) });
  const targets = await targetsOf(where, deps);
  const lookUp = isAtHome(where, deps) ? await lookUpRunning(where, targets, deps) : () => undefined;
  const context = { rules: deps.rules, lookUp, resolvedAt };
  const planned = targets.map((target) => plannedTarget(push, target, context));
  const stale = image.digest !== action.digest;
  return { kind: 'decided', action, push, stale, targets: planned, lookUp, resolvedAt };
}

export function registryOf({ account, region }: Arrival): string {
  return ecrRegistry(account, region);
}

export function isAtHome({ registry }: Image, { rules }: Pick<PlanDeps, 'rules'>): boolean {
  return isSameRegistry(registry, rules.home);
}

/** What the tag names now. Another registry is not ours to ask: there the event's word counts. */
function resolve(
  { digest, tag = '' }: Arrival,
  where: Image,
  deps: PlanDeps,
): Promise<StoredImage | undefined> {
  if (isAtHome(where, deps)) return deps.images.find(where.repository, tag);
  return Promise.resolve(
    digest === undefined ? undefined : { digest, kind: 'image', platforms: [], labels: {} },
  );
}

/** Every target of the configured clusters that runs the repository. */
export async function targetsOf(where: Image, deps: PlanDeps): Promise<readonly Target[]> {
  const found = await (deps.running?.(where) ?? targetsRunning(deps.table, where));
  return found.filter(({ cluster }) => deps.clusters.includes(cluster));
}

interface Resolved {
  readonly action: Arrival;
  readonly where: Image;
  readonly image: StoredImage;
}

async function pushedAt({ action, where, image }: Resolved, { table, images }: PlanDeps): Promise<number> {
  const { tag = '', at } = action;
  const remembered = await pushTime(table, { ...where, tag, digest: image.digest });
  const isCurrent = image.digest === action.digest;
  const known = Math.max(remembered ?? 0, isCurrent ? at : 0);
  if (known > 0) return known;
  const registered = await images.tagsOf(where.repository, image.digest);
  return inWholeSeconds(registered?.pushedAt) ?? at;
}

interface Found extends Image {
  readonly tag: string;
  readonly image: StoredImage;
  readonly pushedAt: number;
  readonly answeredAt?: number | undefined;
}

export function pushOf({ registry, repository, tag, image, pushedAt: at, answeredAt }: Found): Push {
  return {
    registry,
    repository,
    tag,
    digest: image.digest,
    pushedAt: at,
    answeredAt,
    platforms: image.platforms,
    commit: label(image, 'org.opencontainers.image.revision'),
    author: label(image, 'org.opencontainers.image.authors'),
  };
}

/** A label may be as long as whoever built the image likes; an item of the table may not. */
function label({ labels }: StoredImage, name: string): string | undefined {
  return labels[name]?.slice(0, labelMax);
}

function plannedTarget(push: Push, target: Target, context: Omit<Context, 'target'>): PlannedTarget {
  const { cluster, service } = target;
  return { name: { cluster, service }, target, decision: decide(push, { ...context, target }) };
}
