import { type ImageAction, parseImageAction } from '../../events/ecr-image-action/schema.ts';
import type { ServiceName } from '../../shared/domain/arn.ts';
import { ecrRegistry } from '../../shared/domain/image-ref.ts';
import type { Images, Services, StoredImage, Table, TaskDefinitions } from '../../shared/ports.ts';
import { pushTime } from '../../shared/records/push-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import { findCandidates } from './candidates.ts';
import { classify, type Home, type Ignored } from './classify.ts';
import { mayWant, type Rules } from './decide/rule.ts';
import { type Context, type Decision, decide, type Push } from './decide.ts';
import { lookUpRunning } from './look-up.ts';

const labelMax = 256;

export interface PlanDeps {
  readonly home: Home;
  readonly clusters: readonly string[];
  readonly rules: Rules;
  readonly table: Table;
  readonly images: Images;
  readonly services: Services;
  readonly definitions: TaskDefinitions;
}

/** What an event of ECR leads to. Made by reads alone. */
export type Plan =
  | {
      readonly kind: 'ignored';
      readonly reason: Ignored;
      readonly detail?: string | undefined;
      readonly action: ImageAction;
    }
  | {
      readonly kind: 'decided';
      readonly action: ImageAction;
      readonly push: Push;
      /** The tag has moved on since the event: what it resolves to now is what counts. */
      readonly stale: boolean;
      readonly targets: readonly PlannedTarget[];
    };

export interface PlannedTarget {
  readonly name: ServiceName;
  readonly decision: Decision;
  readonly context: Omit<Context, 'target'>;
}

export async function plan(event: unknown, deps: PlanDeps): Promise<Plan> {
  const action = parseImageAction(event);
  const ignored = (reason: Ignored, detail?: string): Plan => ({ kind: 'ignored', reason, detail, action });
  const reason = classify(action, deps.home);
  if (reason !== undefined) return ignored(reason);
  const { repository, tag = '' } = action;
  if (!mayWant(deps.rules, repository)) return ignored('no rule wants it');
  const image = await deps.images.find(repository, tag);
  if (image === undefined) return ignored('tag is gone');
  if (image.kind === 'artifact') return ignored('not an image', image.what);

  const push = await resolved({ action, tag, image }, deps);
  const candidates = await findCandidates(push, deps);
  const lookUp = await lookUpRunning(push, candidates, deps.images);
  const targets = await Promise.all(
    candidates.map((candidate) => planTarget(push, { rules: deps.rules, candidate, lookUp }, deps.table)),
  );
  return { kind: 'decided', action, push, stale: image.digest !== action.digest, targets };
}

interface Resolved {
  readonly action: ImageAction;
  readonly tag: string;
  readonly image: StoredImage;
}

async function resolved({ action, tag, image }: Resolved, { home, table, images }: PlanDeps): Promise<Push> {
  const registry = ecrRegistry(home.account, home.region);
  const { repository } = action;
  const seen = await pushTime(table, { registry, repository, tag, digest: image.digest });
  const isCurrent = image.digest === action.digest;
  const pushedAt = Math.max(seen ?? 0, isCurrent ? action.at : 0);
  return {
    registry,
    repository,
    tag,
    digest: image.digest,
    pushedAt:
      pushedAt > 0 ? pushedAt : ((await images.tagsOf(repository, image.digest))?.pushedAt ?? action.at),
    platforms: image.platforms,
    commit: label(image, 'org.opencontainers.image.revision'),
    author: label(image, 'org.opencontainers.image.authors'),
  };
}

/** A label may be as long as whoever built the image likes; an item of the table may not. */
function label({ labels }: StoredImage, name: string): string | undefined {
  return labels[name]?.slice(0, labelMax);
}

async function planTarget(
  push: Push,
  context: Omit<Context, 'target'>,
  table: Table,
): Promise<PlannedTarget> {
  const { cluster, service } = context.candidate.service;
  const name = { cluster, service };
  const target = await loadTarget(table, name);
  return { name, decision: decide(push, { ...context, target }), context };
}
