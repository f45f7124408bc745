import { rolloutNotice } from '../notice.ts';
import { type Acceptance, accept, type Step, silently } from './accept.ts';
import { oweEach, owePlan } from './debts.ts';
import { outOfPlans } from './hold.ts';
import { wantedAgain } from './images.ts';
import { type Cause, close, type Good, memberships, type Rollout, type WantedImages } from './rollout.ts';
import { type Alone, lastBegun, type Target, waitingRollouts, withRollout } from './state.ts';

export interface GoBack {
  readonly to: Good;
  readonly cause: Extract<Cause, 'rollback' | 'manual-rollback' | 'restore'>;
  /** The generation that is undone. */
  readonly of?: number | undefined;
  readonly by?: string | undefined;
  readonly at: number;
}

/** A rollout that clones a good revision, with its images by digest. What waited for its turn comes after it. */
export function goBack(before: Target, { to, cause, of, by, at }: GoBack): Step {
  const { target, notices } =
    cause === 'manual-rollback' ? giveUp(before, at) : silently(setAside(before, at));
  const undone = target.rollouts.find(({ generation }) => generation === of);
  const containers = undone === undefined ? changedSince(target, to) : Object.keys(undone.changes);
  const changes = cause === 'restore' ? {} : wantedAgain(target, to, containers);
  const { cluster, service } = target;
  const acceptance: Acceptance = {
    cluster,
    service,
    changes,
    from: cause === 'restore' ? {} : fromOf(target, containers),
    base: 'running',
    at,
    cause,
    of,
    by,
    goBackTo: to,
    undoes: undone?.revision,
    terms: undone?.terms,
  };
  const accepted = accept(target, acceptance);
  const step = { ...accepted, notices: [...notices, ...accepted.notices] };
  if (cause === 'restore') return step;
  const loose = containers.filter((name) => !Object.hasOwn(changes, name));
  return { ...step, target: { ...step.target, wanted: unwanted(step.target.wanted, loose) } };
}

/** ECS went back by itself; but of the family the failed revision is the newest one. */
export function restore(target: Target, generation: number, at: number): Step {
  const to = target.good ?? { revision: '', images: {}, at };
  return goBack(target, { to, cause: 'restore', of: generation, at });
}

/** A restore that a push took over is done first where that has to wait, or comes to nothing: the push is taken up after it. */
export function restoreFirst(target: Target, at: number): Step {
  return restore(target, lastBegun(target)?.generation ?? target.generation, at);
}

/** What it goes back to has no digest there: nothing is wanted of these containers any more. */
function unwanted(wanted: WantedImages, containers: readonly string[]): WantedImages {
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !containers.includes(name)));
}

/** What a good revision runs and the service, as it was last seen, does not. */
function changedSince({ seen }: Target, { images }: Good): readonly string[] {
  const now = new Map(seen?.containers.map(({ name, image }) => [name, image]));
  return Object.keys(images).filter((name) => now.get(name) !== images[name]);
}

function fromOf({ seen, rollouts }: Target, containers: readonly string[]): Readonly<Record<string, string>> {
  const failed = rollouts.flatMap(({ changes }) => Object.entries(changes));
  const before = (seen?.containers ?? []).map(({ name, image }) => [name, image] as const);
  const newest = failed
    .toReversed()
    .map(
      ([name, { registry, repository, tag, digest }]) =>
        [name, `${registry}/${repository}${tag === '' ? '' : `:${tag}`}@${digest}`] as const,
    );
  const all = Object.fromEntries([...before, ...newest]);
  return Object.fromEntries(
    containers.flatMap((name) => {
      const image = all[name];
      return image === undefined ? [] : [[name, image] as const];
    }),
  );
}

/** A person goes back: nothing that waits comes after it. What is pushed meanwhile is looked for when the hold ends. */
function giveUp(target: Target, at: number): Step {
  const reason = 'a person asked for what ran before';
  const closed = waitingRollouts(target).reduce<Step>(
    (step, rollout) => supersede(step, close(rollout, 'superseded', { at, reason }), at),
    silently(target),
  );
  const { alone = [] } = closed.target;
  const told = alone.reduce(
    (known, one) => oweEach(known, memberships(one), { result: 'left alone', why: reason }),
    closed.target,
  );
  return { target: { ...told, alone: [] }, notices: closed.notices };
}

function supersede({ target, notices }: Step, closed: Rollout, at: number): Step {
  const after = owePlan(withRollout(target, closed), closed, 'superseded');
  return {
    target: after,
    notices: [...notices, rolloutNotice(after, closed, { kind: 'rollout.superseded', at })],
  };
}

/** Rollouts that wait are taken up again, as new ones, once nothing is open. */
function setAside(target: Target, at: number): Target {
  const waiting = waitingRollouts(target);
  if (waiting.length === 0) return target;
  const aside = waiting.filter(({ goBackTo }) => goBackTo === undefined).map(asAlone);
  const left = {
    ...target,
    rollouts: target.rollouts.flatMap((one) => {
      if (!waiting.includes(one)) return [one];
      const mayBeLeft = one.registeringSince !== undefined && one.goBackTo === undefined;
      return mayBeLeft ? [close(one, 'superseded', { at, reason: 'it is taken up again' })] : [];
    }),
    alone: [...aside.toReversed(), ...(target.alone ?? [])],
  };
  return target.hold === undefined ? left : outOfPlans(left);
}

function asAlone({ generation, changes, terms, base, cause = 'push', by, plan, alsoOf }: Rollout): Alone {
  return { changes, of: generation, terms, base, cause, by, plan, alsoOf };
}
