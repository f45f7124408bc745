import { shortDigest } from '../../../shared/domain/image-ref.ts';
import { chooseTag } from '../../../shared/domain/tag-policy/choose.ts';
import type { TagPolicy } from '../../../shared/domain/tag-policy/policy.ts';
import { type Step, silently } from '../../../shared/domain/target/accept.ts';
import { putOnHold } from '../../../shared/domain/target/hold.ts';
import {
  type ContainerImage,
  openRollouts,
  type Seen,
  type Target,
} from '../../../shared/domain/target/state.ts';
import { containersUsing } from '../decide.ts';
import { chooseRule, type Image, type Rules } from './rule.ts';
import { type Current, currentOf, type LookUp } from './running.ts';

interface Judging {
  readonly rules: Rules;
  readonly image: Image;
  readonly lookUp: LookUp;
  readonly at: number;
}

/**
 * Another hand moved the target. Where it now runs something older than before, in the order of the rule's policy, somebody went
 * back on purpose: it is put on hold. Undefined: nobody moved containers of this repository, or a rollout of ours goes on.
 */
export function judgeMove(target: Target, { rules, image, lookUp, at }: Judging): Step | undefined {
  const { movedFrom = [], seen } = target;
  if (seen === undefined || openRollouts(target).length > 0) return undefined;
  const before = containersUsing({ ...target, good: undefined }, { containers: movedFrom }, image);
  if (before.length === 0) return undefined;
  const judged = new Set(before.map(({ name }) => name));
  const left = movedFrom.filter(({ name }) => !judged.has(name));
  const cleared: Target = { ...target, movedFrom: left.length === 0 ? undefined : left };
  const choice = chooseRule(rules, image, target);
  const isLeft = choice.kind === 'none' || target.hold !== undefined;
  const reason = isLeft
    ? undefined
    : moveBack(before, { target, seen, policy: choice.rule.policy, image, lookUp });
  return reason === undefined ? silently(cleared) : putOnHold(cleared, { reason, by: 'slipway', at });
}

interface Moved {
  readonly target: Target;
  readonly seen: Seen;
  readonly policy: TagPolicy;
  readonly image: Image;
  readonly lookUp: LookUp;
}

/** In words, which container went back. Undefined: none did. */
function moveBack(before: readonly ContainerImage[], moved: Moved): string | undefined {
  const { target, seen, policy, image, lookUp } = moved;
  const now = new Map(containersUsing(target, seen, image).map((one) => [one.name, one]));
  // What waits to be taken up has not run.
  const place = { target: { ...target, alone: undefined }, policy, lookUp };
  for (const container of before) {
    const current = now.get(container.name);
    if (current === undefined) continue;
    const [was, is] = [currentOf({ ...place, container }), currentOf({ ...place, container: current })];
    if (isOlder(policy, was, is))
      return `another hand moved ${container.name} from ${nameOf(was)} back to ${nameOf(is)}`;
  }
  return undefined;
}

/** `exact` has no order but that of the pushes, and so has one tag that was pushed twice. */
function isOlder(policy: TagPolicy, was: Current, is: Current): boolean {
  if (was.digest !== undefined && was.digest === is.digest) return false;
  const byTime = policy.source.exact !== undefined || was.tag === is.tag;
  if (byTime || was.tag === undefined || is.tag === undefined) {
    return was.pushedAt !== undefined && is.pushedAt !== undefined && is.pushedAt < was.pushedAt;
  }
  const forward = { ...policy, allowDowngrade: false };
  const [back, now] = [
    { tag: was.tag, pushedAt: was.pushedAt },
    { tag: is.tag, pushedAt: is.pushedAt },
  ];
  return chooseTag(forward, [back], now).kind === 'chosen';
}

function nameOf({ tag = '', digest }: Current): string {
  return [tag, digest === undefined ? '' : `(${shortDigest(digest)})`].join(' ').trim();
}
