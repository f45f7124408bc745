import type { KnownDifference } from './known-difference.ts';
import { answers } from './known-differences/answers.ts';
import { clusters } from './known-differences/clusters.ts';
import { definitions } from './known-differences/definitions.ts';
import { services } from './known-differences/services.ts';
import { tasks } from './known-differences/tasks.ts';
import { updates } from './known-differences/updates.ts';
import type { PeerName } from './peer-names.ts';

export const knownDifferences: readonly KnownDifference[] = [
  ...clusters,
  ...definitions,
  ...services,
  ...updates,
  ...tasks,
  ...answers,
];

/** The names of the facts in which the peer differs, sorted. */
export function knownFactsOf(peer: PeerName): readonly string[] {
  return knownDifferences
    .filter(({ peers }) => peers.includes(peer))
    .flatMap(({ scenario, facts }) => facts.map((fact) => `${scenario}: ${fact}`))
    .toSorted();
}
