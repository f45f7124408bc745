import { parseImageRef } from '../image-ref.ts';
import { accept, type Step, silently } from './accept.ts';
import { oweEach } from './debts.ts';
import { isQuarantined } from './quarantine.ts';
import {
  type Good,
  isFailure,
  isSameMember,
  type Membership,
  memberships,
  type Rollout,
  type Wanted,
  type WantedImages,
} from './rollout.ts';
import { type Alone, knownBy, openRollouts, type Target } from './state.ts';

/** What can be taken up: nothing is open, and nobody holds it. */
export function nextAlone(target: Target): Alone | undefined {
  return openRollouts(target).length > 0 ? undefined : ready(target).at(0);
}

/** What is tried alone is put into nothing that has failed. */
function ready({ hold, rollouts, seen, alone = [] }: Target): readonly Alone[] {
  if (hold !== undefined) return [];
  const left = rollouts.filter(
    (one) => isFailure(one) && one.revision !== undefined && one.revision === seen?.revision,
  );
  const isOnIt = ({ cause, of, changes }: Alone) =>
    cause === 'alone' && left.some((one) => one.generation === of || !isWithin(one.changes, changes));
  return alone.filter((one) => !isOnIt(one));
}

function isWithin(some: WantedImages, all: WantedImages): boolean {
  return Object.keys(some).every((name) => Object.hasOwn(all, name));
}

/** The next one is accepted. Undefined: there is nothing to take up. */
export function takeUp(target: Target, at: number): Step | undefined {
  const next = nextAlone(target);
  return next && takeUpThis(target, next, at);
}

export interface Beside {
  /** Plans that have let their image go. */
  readonly free: readonly Membership[];
  readonly at: number;
}

/** What waits by itself, and for no plan, is accepted beside a rollout that still has to wait for one. Undefined: there is none. */
export function takeUpBeside(target: Target, { free, at }: Beside): Step | undefined {
  const isFree = (one: Membership) => free.some((other) => isSameMember(one, other));
  const next = ready(target).find((one) => memberships(one).every(isFree));
  return next && takeUpThis(target, next, at);
}

function takeUpThis(target: Target, next: Alone, at: number): Step {
  const { of, cause, terms, base = 'running', by, plan, alsoOf } = next;
  const left = { ...target, alone: target.alone?.filter((one) => one !== next) };
  const good = Object.entries(next.changes).filter(
    ([, { repository, digest }]) => !isQuarantined(target, repository, digest),
  );
  if (good.length === 0) return silently(oweEach(left, memberships(next), { result: 'left alone' }));
  const changes = Object.fromEntries(good);
  const { cluster, service } = target;
  const from = fromOf(target, changes);
  const why = { at, cause, of, terms, by, plan, alsoOf };
  return accept(left, { cluster, service, changes, from, base, ...why });
}

function fromOf({ seen }: Target, changes: WantedImages): Readonly<Record<string, string>> {
  const containers = (seen?.containers ?? []).filter(({ name }) => Object.hasOwn(changes, name));
  return Object.fromEntries(containers.map(({ name, image }) => [name, image]));
}

/** One entry for each digest of a rollout that changed several, oldest push first; the digest decides between equals. */
export function eachAlone({ generation, changes, terms }: Rollout): readonly Alone[] {
  const digests = [...new Set(Object.values(changes).map(({ digest }) => digest))].toSorted();
  const groups = digests.map((digest) => Object.entries(changes).filter(([, one]) => one.digest === digest));
  return groups
    .toSorted((a, b) => pushedAt(a) - pushedAt(b))
    .map((group) => ({ changes: Object.fromEntries(group), of: generation, cause: 'alone', terms }));
}

/** A push was answered by what runs already: what waits to be taken up and was pushed before is out of date. */
export function outdated(target: Target, pushed: Pushed): Target | undefined {
  const { alone = [] } = target;
  const kept = alone.filter(({ changes }) =>
    Object.values(changes).every(
      (one) => one.repository !== pushed.repository || one.pushedAt >= pushed.pushedAt,
    ),
  );
  return kept.length === alone.length ? undefined : { ...target, alone: kept };
}

/** What runs was pushed again: an older push of something else, whose event comes later, is older than that. */
export function pushedAgain(target: Target, images: WantedImages): Target | undefined {
  const isNew = (name: string, { pushedAt }: Wanted) => pushedAt > (target.wanted[name]?.pushedAt ?? 0);
  const fresh = Object.entries(images).filter(([name, wanted]) => isNew(name, wanted));
  if (fresh.length === 0) return undefined;
  return { ...target, wanted: { ...target.wanted, ...Object.fromEntries(fresh) } };
}

interface Pushed {
  readonly repository: string;
  readonly pushedAt: number;
}

/** Images that ran well beside those that failed, and that are not verified yet: the way back takes them along, so they come again. */
export function takenBack(
  target: Target,
  { changes, generation, terms }: Rollout,
  { images }: Good,
): readonly Alone[] {
  const taken = (target.seen?.containers ?? []).flatMap(({ name, image }) => {
    const digest = parseImageRef(image)?.digest;
    const wanted =
      image === images[name] || Object.hasOwn(changes, name) ? undefined : knownBy(target, digest);
    return wanted === undefined ? [] : [[name, wanted] as const];
  });
  const again = { changes: Object.fromEntries(taken), of: generation, cause: 'alone', terms } as const;
  return taken.length === 0 ? [] : [again];
}

type Group = readonly (readonly [string, WantedImages[string]])[];

function pushedAt(group: Group): number {
  return Math.min(...group.map(([, one]) => one.pushedAt));
}
