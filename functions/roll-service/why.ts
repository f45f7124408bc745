import { key } from '../../shared/domain/key.ts';
import type { Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import type { Turn } from './deps.ts';

/**
 * For what reason a content is registered: targets with the same reason share a revision. The same content for another reason is
 * registered anew, so that what is wanted last is its family's newest revision.
 */
export function whyOf({ rollout, name }: Pick<Turn, 'rollout' | 'name'>, { rollouts }: Target): string {
  const { cause = 'push', goBackTo, generation, changes } = rollout;
  switch (cause) {
    case 'push':
    case 'found':
    case 'alone':
      return key('pushes', goBackTo?.revision ?? '', ...pushes(changes), timesBegun(rollouts, changes));
    case 'rollback':
    case 'restore':
      return key(
        cause,
        goBackTo?.revision ?? '',
        rollout.undoes ?? `${name.cluster}/${name.service}/${generation}`,
      );
    default:
      return key(cause, name.cluster, name.service, generation);
  }
}

/** What ran here before, and comes again, is registered again: others have been its family's newest since. */
function timesBegun(rollouts: Target['rollouts'], changes: Rollout['changes']): number {
  const wanted = pushes(changes).join(' ');
  return rollouts.filter((one) => one.startedAt !== undefined && pushes(one.changes).join(' ') === wanted)
    .length;
}

function pushes(changes: Rollout['changes']): readonly string[] {
  const each = Object.values(changes).map(
    ({ registry, repository, tag, digest, pushedAt }) =>
      `${registry}/${repository}:${tag}@${digest} ${pushedAt}`,
  );
  return [...new Set(each)].toSorted();
}
