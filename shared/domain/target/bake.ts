import type { Step } from './accept.ts';
import { oweEach } from './debts.ts';
import { asImages } from './images.ts';
import type { Rollout } from './rollout.ts';
import type { Baking, Target } from './state.ts';

/** The revision that has stood long enough. Undefined: none has. */
export function bakedBy({ baking }: Target, at: number): Baking | undefined {
  return baking !== undefined && baking.until <= at ? baking : undefined;
}

/** It stood for `bake`, so it is what a rollback goes back to. Digests: what its running tasks run, where nobody pinned it. */
export function verify(target: Target, baking: Baking, digests: Readonly<Record<string, string>> = {}): Step {
  const { revision, images, until, plans } = baking;
  const containers = Object.entries(images).map(([name, image]) => ({ name, image }));
  const good = { revision, images: asImages(containers, digests), at: until };
  const verified = { ...target, good, baking: undefined };
  return {
    target: oweEach(verified, plans, { result: 'verified' }),
    notices: [],
  };
}

/** Another hand's deployment has begun before the bake was over: nobody will know whether it was good. */
export function unbaked(target: Target): Target {
  const { baking } = target;
  if (baking === undefined) return target;
  return oweEach({ ...target, baking: undefined }, baking.plans, { result: 'left alone' });
}

/** A rollout of ours has begun before the bake was over. Where it leaves those images as they are, it bakes them too. */
export function bakedOn(
  target: Target,
  newer: Rollout,
): { readonly target: Target; readonly rollout: Rollout } {
  const { baking, rollouts } = target;
  const baked = rollouts.find(({ generation }) => generation === baking?.generation);
  const names = Object.keys(baked?.changes ?? {});
  const isKept = names.length > 0 && !names.some((name) => Object.hasOwn(newer.changes, name));
  if (baking === undefined || newer.goBackTo !== undefined || !isKept)
    return { target: unbaked(target), rollout: newer };
  const alsoOf = [...(newer.alsoOf ?? []), ...baking.plans];
  return { target: { ...target, baking: undefined }, rollout: { ...newer, alsoOf } };
}
