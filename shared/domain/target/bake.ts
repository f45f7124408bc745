import type { Step } from './accept.ts';
import { oweEach } from './debts.ts';
import { asImages } from './images.ts';
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

/** Another deployment has begun before the bake was over: nobody will know whether it was good. */
export function unbaked(target: Target): Target {
  const { baking } = target;
  if (baking === undefined) return target;
  return oweEach({ ...target, baking: undefined }, baking.plans, { result: 'left alone' });
}
