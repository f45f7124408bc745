import type { ServiceName } from '../../shared/domain/arn.ts';
import { chunks } from '../../shared/domain/chunks.ts';
import type { Select } from '../../shared/domain/reconcile-messages.ts';
import type { Step } from '../../shared/domain/target/accept.ts';
import { currentRollout, type Target } from '../../shared/domain/target/state.ts';
import { changeKnown, loadTarget } from '../../shared/records/target-record.ts';
import { actOn, tellAgain } from './act.ts';
import { judgeMove } from './decide/backwards.ts';
import { type Image, mayWant } from './decide/rule.ts';
import { type Shelf, selectFor } from './decide/selection.ts';
import { decide } from './decide.ts';
import type { Deps } from './deps.ts';
import { isAtHome, pushOf, targetsOf } from './plan.ts';
import { readShelf, without } from './shelf.ts';

/** So many targets at once. */
const atOnce = 20;
/** Tags that turn out to be no images are left out; what is left then waits for the next pass. */
const triesMax = 5;

/** Reconcile has looked at what runs: does a policy select something that no event brought? */
export async function select({ registry, repository, only }: Select, deps: Deps): Promise<void> {
  const image: Image = { registry, repository };
  const about = { ...image, ...only };
  const reason = noSelection(image, deps);
  if (reason !== undefined) {
    deps.journal.record({ outcome: 'not selected', reason, ...about });
    return;
  }
  const targets = await targetsAsked(image, only, deps);
  if (targets.length === 0) return;
  const shelf = await readShelf(image, deps);
  const looked: Target[] = [];
  for (const some of chunks(targets, atOnce))
    looked.push(...(await Promise.all(some.map((target) => look(target, shelf, deps)))));
  const chosen = await rollSelected(looked, shelf, deps);
  await tellAgain(
    looked.filter((target) => waitsFor(target, image)),
    deps,
  );
  deps.journal.record({ outcome: 'selected', ...about, targets: targets.length, chosen });
}

function noSelection(image: Image, deps: Deps): string | undefined {
  if (!mayWant(deps.rules, image)) return 'no rule wants it';
  return isAtHome(image, deps) ? undefined : 'another registry cannot be read';
}

async function targetsAsked(
  image: Image,
  only: ServiceName | undefined,
  deps: Deps,
): Promise<readonly Target[]> {
  if (only === undefined) return targetsOf(image, deps);
  const target = deps.clusters.includes(only.cluster) ? await loadTarget(deps.table, only) : undefined;
  return target === undefined ? [] : [target];
}

/** What another hand did is judged, and what was never looked at gets its baseline. The target as it is then. */
async function look(target: Target, shelf: Shelf, deps: Deps): Promise<Target> {
  const now = deps.clock.now();
  const change = (known: Target) => lookedAt(known, shelf, { deps, now });
  if (change(target) === undefined) return target;
  const { cluster, service } = target;
  const step = await changeKnown({ table: deps.table, now }, { cluster, service }, change);
  for (const { kind, text } of step?.notices ?? [])
    deps.journal.record({ outcome: 'target on hold', kind, text, cluster, service });
  return step?.target ?? target;
}

interface Looking {
  readonly deps: Deps;
  readonly now: number;
}

function lookedAt(target: Target, shelf: Shelf, { deps: { rules }, now }: Looking): Step | undefined {
  const judged = judgeMove(target, { rules, image: shelf, lookUp: shelf.lookUp, at: now });
  const after = judged?.target ?? target;
  const fresh = selectFor(after, rules, shelf)?.baseline ?? {};
  if (judged === undefined && Object.keys(fresh).length === 0) return undefined;
  return { target: { ...after, baseline: { ...after.baseline, ...fresh } }, notices: judged?.notices ?? [] };
}

/** Rolls what is selected, one image after the other. How many targets took one up. */
async function rollSelected(targets: readonly Target[], shelf: Shelf, deps: Deps): Promise<number> {
  let [left, chosen] = [shelf, 0];
  for (let tries = 0; tries < triesMax; tries += 1) {
    const unfit: string[] = [];
    for (const [tag, some] of bySelected(targets, left, deps)) {
      const rolled = await rollOne(tag, some, { shelf: left, deps });
      if (rolled === undefined) unfit.push(tag);
      else chosen += rolled;
    }
    if (unfit.length === 0) break;
    left = without(left, unfit);
  }
  return chosen;
}

/** Selected tag → targets. */
function bySelected(
  targets: readonly Target[],
  shelf: Shelf,
  { rules }: Deps,
): ReadonlyMap<string, readonly Target[]> {
  const selected = new Map<string, Target[]>();
  for (const target of targets) {
    const tag = selectFor(target, rules, shelf)?.chosen?.tag;
    if (tag !== undefined) selected.set(tag, [...(selected.get(tag) ?? []), target]);
  }
  return selected;
}

interface Selected {
  readonly shelf: Shelf;
  readonly deps: Deps;
}

/** Undefined: the tag is no image, or gone. */
async function rollOne(
  tag: string,
  targets: readonly Target[],
  { shelf, deps }: Selected,
): Promise<number | undefined> {
  const { registry, repository, lookUp, readAt: resolvedAt } = shelf;
  const { rules, mode } = deps;
  const image = await deps.images.find(repository, tag);
  if (image === undefined || image.kind === 'artifact') return undefined;
  const answeredAt = deps.clock.now();
  const { pushedAt = 0, heardAt } = shelf.tags.get(tag) ?? {};
  const push = pushOf({ registry, repository, tag, image, pushedAt, answeredAt });
  const acting = { push, lookUp, resolvedAt, found: { mode, heardAt } };
  const rolling = targets
    .map((target) => ({ name: nameOf(target), target, decision: decide(push, { ...acting, rules, target }) }))
    .filter(({ decision }) => decision.kind === 'roll');
  await actOn(acting, rolling, deps);
  return rolling.length;
}

function nameOf({ cluster, service }: ServiceName): ServiceName {
  return { cluster, service };
}

/** A crash may have left what was accepted untold. */
function waitsFor(target: Target, { repository }: Image): boolean {
  const changes = currentRollout(target)?.changes ?? {};
  return Object.values(changes).some((wanted) => wanted.repository === repository);
}
