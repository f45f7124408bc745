/** The cluster's tag that says which stack may change its services. */
export const ownerTag = 'slipway:owner';

export type Ownership = 'ours' | 'free' | 'foreign';

/** Whose a cluster is, by the value of its owner tag. An empty value names nobody. */
export function ownership(tag: string | undefined, owner: string): Ownership {
  if (tag === owner) return 'ours';
  return tag === undefined || tag === '' ? 'free' : 'foreign';
}
