import { compareBytes } from './bytes.ts';
import type { Candidate, TagChoice, TagPolicy, UnwantedReason } from './policy.ts';

/**
 * What to roll to. Equal inputs in any order give equal answers; the winner must beat `current` in the policy's own order,
 * unless the policy allows downgrades.
 */
export function chooseTag(
  policy: TagPolicy,
  candidates: readonly Candidate[],
  current?: Candidate,
): TagChoice {
  if (candidates.length === 0) return { kind: 'none', reason: 'no tags' };
  const kept = distinct(candidates.filter(({ tag }) => !policy.ignores(tag)));
  if (kept.length === 0) return { kind: 'none', reason: 'ignored' };
  return policy.rule.choose({ candidates: kept, current, allowDowngrade: policy.allowDowngrade });
}

export type Wanted = { readonly wanted: true } | { readonly wanted: false; readonly reason: UnwantedReason };

/** Does the policy look at this tag at all? `running` narrows `bump`; whether it beats what runs is chooseTag's matter. */
export function wantsTag(policy: TagPolicy, tag: string, running?: string): Wanted {
  const reason = policy.ignores(tag) ? 'ignored' : policy.rule.unwanted(tag, running);
  return reason === undefined ? { wanted: true } : { wanted: false, reason };
}

/** A tag that is listed twice counts with its latest push. */
function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const latest = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const seen = latest.get(candidate.tag)?.pushedAt ?? Number.NEGATIVE_INFINITY;
    if (!latest.has(candidate.tag) || (candidate.pushedAt ?? seen) > seen)
      latest.set(candidate.tag, candidate);
  }
  return [...latest.values()].toSorted((a, b) => compareBytes(a.tag, b.tag));
}
