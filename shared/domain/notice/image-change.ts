import { parseImageRef } from '../image-ref.ts';
import type { Rollout, Wanted } from '../target/rollout.ts';
import { type Target, tagOf } from '../target/state.ts';

export interface ImageChange {
  readonly container: string;
  readonly repository: string;
  readonly from: { readonly tag?: string | undefined; readonly digest?: string | undefined };
  readonly to: { readonly tag: string; readonly digest: string };
  readonly commit?: string | undefined;
  readonly author?: string | undefined;
  readonly rule: string;
}

/** What a rollout changes, container by container, from what ran when it began. */
export function imageChanges(target: Target, rollout: Rollout): readonly ImageChange[] {
  return Object.entries(rollout.changes).map(([container, wanted]) =>
    imageChange({ container, wanted, running: rollout.from[container], target }),
  );
}

interface Changed {
  readonly container: string;
  readonly wanted: Wanted;
  readonly running: string | undefined;
  readonly target: Target;
}

function imageChange({ container, wanted, running, target }: Changed): ImageChange {
  const { repository, tag, digest, rule, commit, author } = wanted;
  const from = running === undefined ? undefined : parseImageRef(running);
  return {
    container,
    repository,
    from: { tag: from?.tag ?? tagOf(target, from?.digest), digest: from?.digest },
    to: { tag, digest },
    rule,
    commit,
    author,
  };
}
