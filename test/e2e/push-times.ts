import { vi } from 'vitest';
import type { RunningLocalAws } from '../../sandbox/worlds/local-aws.ts';

/** Pushes, and tells how long it took from the event, which the push's answer follows at once, to UpdateService. */
export async function timedPush(
  { world, aws }: RunningLocalAws,
  image: { readonly repository: string; readonly tag: string },
): Promise<{ readonly ms: number; readonly digest: string }> {
  const { ledger } = aws.ecs;
  const before = ledger.count('UpdateService');
  const { digest } = await world.push(image);
  const pushed = Date.now();
  const update = await vi.waitFor(
    () => {
      const found = ledger.calls.filter(({ operation }) => operation === 'UpdateService')[before];
      if (found === undefined) throw new Error(`no UpdateService for ${image.tag}`);
      return found;
    },
    { timeout: 30_000, interval: 10 },
  );
  return { ms: update.at - pushed, digest };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
