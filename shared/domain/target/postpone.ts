import { type Step, silently } from './accept.ts';
import { turnOf } from './advance.ts';
import { oweEach } from './debts.ts';
import { isSameMember, leavePlans, type Membership, type Rollout } from './rollout.ts';
import { type Target, withRollout } from './state.ts';

export interface Postponed {
  readonly generation: number;
  /** Of the plan that bounds the image. */
  readonly member: Membership;
  readonly digest: string;
  /** Its turn will come. Missing: its plan has stopped. */
  readonly isLater?: boolean | undefined;
}

/**
 * An image whose plan keeps it waiting while others of its rollout may go waits on by itself. Undefined where no other is left, or
 * the rollout has lost its turn.
 */
export function postpone(
  target: Target,
  { generation, member, digest, isLater }: Postponed,
): Step | undefined {
  const rollout = turnOf(target, generation);
  if (rollout === undefined) return undefined;
  const { changes, plan } = rollout;
  const isOut = ([, one]: readonly [string, { readonly digest: string }]) => one.digest === digest;
  const out = Object.entries(changes).filter(isOut);
  const kept = Object.entries(changes).filter((one) => !isOut(one));
  if (kept.length === 0) return undefined;
  const isLed = plan !== undefined && isSameMember(plan, member);
  const others = { ...leavePlans(rollout, [member]), ...(isLed ? broughtBy(target, rollout, kept) : {}) };
  const left = withRollout(target, { ...others, changes: Object.fromEntries(kept) });
  if (isLater !== true) {
    const wanted = Object.fromEntries(Object.entries(left.wanted).filter((one) => !isOut(one)));
    return silently(oweEach({ ...left, wanted }, [member], { result: 'left alone' }));
  }
  const { cause = 'push', terms } = isLed ? rollout : broughtBy(target, rollout, out);
  const later = { changes: Object.fromEntries(out), of: generation, cause, terms, plan: member };
  return silently({ ...left, alone: [...(left.alone ?? []), later] });
}

/** Why images that joined a rollout were to be rolled, and on which terms: those of the push that brought them. */
function broughtBy({ rollouts }: Target, rollout: Rollout, images: Images): Pick<Rollout, 'cause' | 'terms'> {
  const { cause, terms } =
    rollouts.find(
      (one) =>
        one.generation < rollout.generation &&
        images.some(([name, { digest }]) => one.changes[name]?.digest === digest),
    ) ?? rollout;
  return { cause, terms };
}

type Images = readonly (readonly [string, { readonly digest: string }])[];
