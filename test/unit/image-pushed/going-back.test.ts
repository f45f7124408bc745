import { describe, expect, it } from 'vitest';
import { currentOf, type Registered } from '../../../functions/image-pushed/decide/running.ts';
import { parseTagPolicy } from '../../../shared/domain/tag-policy/parse.ts';
import { aRollout, aTarget, at, aWanted, digest, pinnedImage } from '../../builders/rollouts.ts';

const parsed = parseTagPolicy({ semver: '^1' });
if (!parsed.ok) throw new Error(parsed.problem);
const { policy } = parsed;

/** A rollback is on its way to an image that was known by its digest alone. */
function currentBy(registered: Registered | undefined) {
  const target = aTarget(aRollout({ changes: { app: aWanted({ tag: '' }) } }));
  const container = { name: 'app', image: pinnedImage('c') };
  return currentOf({ container, target, policy, lookUp: () => registered });
}

describe('what is gone back to, known by its digest alone', () => {
  it('is compared by the best of the tags that the registry knows', () => {
    const tags = ['1.0.2', '1.0.9', 'latest'];
    expect(currentBy({ digest: digest('b'), tags, pushedAt: at(1) })).toEqual({
      digest: digest('b'),
      tag: '1.0.9',
      pushedAt: at(1),
    });
  });

  it('has no tag where the registry knows it no longer', () => {
    expect(currentBy(undefined)).toEqual({ digest: digest('b'), tag: undefined, pushedAt: undefined });
  });
});
