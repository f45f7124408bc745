import type { Checked, TagRule } from './policy.ts';

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const TAG = /^\w[\w.-]{0,127}$/;

/** Has no backwards: a push of the tag that runs is a deployment when the digest is another. */
export function exact(tag: string): Checked<TagRule> {
  if (!TAG.test(tag)) return { ok: false, problem: `is no tag: "${tag}"` };
  return {
    ok: true,
    value: {
      unwanted: (candidate) => (candidate === tag ? undefined : 'another tag'),
      choose: ({ candidates }) =>
        candidates.some((candidate) => candidate.tag === tag)
          ? { kind: 'chosen', tag }
          : { kind: 'none', reason: 'another tag' },
    },
  };
}
