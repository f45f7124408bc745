import { notBefore, type Step, silently } from './accept.ts';
import { turnOf } from './advance.ts';
import { isSameMember, leavePlans, type Membership, type Rollout, type Wanted } from './rollout.ts';
import { type Target, withRollout } from './state.ts';

export interface Postponed {
  readonly generation: number;
  /** Of the plan that bounds the image. */
  readonly member: Membership;
  readonly digest: string;
}

/**
 * An image whose plan keeps it waiting while others of its rollout may go waits on by itself. Undefined where no other is left, or
 * the rollout has lost its turn.
 */
export function postpone(
  target: Target,
  { generation, member, digest }: Postponed,
  at: number,
): Step | undefined {
  const rollout = turnOf(target, generation);
  if (rollout === undefined) return undefined;
  const { changes, plan } = rollout;
  const isOut = ([, one]: readonly [string, { readonly digest: string }]) => one.digest === digest;
  const out = Object.entries(changes).filter(isOut);
  const kept = Object.entries(changes).filter((one) => !isOut(one));
  if (kept.length === 0) return undefined;
  const isLed = plan !== undefined && isSameMember(plan, member);
  const why = isLed ? broughtBy(target, rollout, kept) : undefined;
  // More may have begun since that push was accepted.
  const others = why && { ...why, notBefore: notBefore(target, { ...why, at }) };
  const left = withRollout(target, {
    ...leavePlans(rollout, [member]),
    ...others,
    changes: Object.fromEntries(kept),
  });
  const { cause = 'push', terms, base } = isLed ? rollout : broughtBy(target, rollout, out);
  const later = { changes: Object.fromEntries(out), of: generation, cause, terms, base, plan: member };
  return silently({ ...left, alone: [...(left.alone ?? []), later] });
}

/** Why images that joined a rollout were to be rolled, and how: as the push said that brought them, the first that had them. */
function broughtBy(
  { rollouts }: Target,
  rollout: Rollout,
  images: Images,
): Pick<Rollout, 'cause' | 'terms' | 'base'> {
  const isOf = ({ changes }: Rollout) =>
    images.some(([name, { digest, pushedAt }]) => {
      const before = changes[name];
      return before?.digest === digest && before.pushedAt === pushedAt;
    });
  const { cause, terms, base } = rollouts.findLast((one) => isPush(one) && isOf(one)) ?? rollout;
  return { cause, terms, base };
}

function isPush({ cause = 'push' }: Rollout): boolean {
  return cause === 'push' || cause === 'found' || cause === 'deploy';
}

type Images = readonly (readonly [string, Wanted])[];
