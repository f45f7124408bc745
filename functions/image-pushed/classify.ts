import type { ImageAction } from '../../events/ecr-image-action/schema.ts';

/** Why an event of ECR leads to nothing, whatever the rules say. */
export type Ignored =
  | 'not a push'
  | 'storage class changed'
  | 'push failed'
  | 'untagged'
  | 'signature or attestation'
  | 'not an image'
  | 'another account'
  | 'another Region'
  | 'tag is gone'
  | 'no rule wants it';

export interface Home {
  readonly account: string;
  readonly region: string;
}

const imageConfig = /^application\/vnd\.(?:oci\.image\.config|docker\.container\.image)\.v1\+json$/;
/** How cosign and BuildKit name what belongs to another image. */
const companionTag = /^sha256-[a-f0-9]{64}(?:\.|$)|\.(?:sig|att|sbom)$/;

/** What the event alone can tell. Undefined: it may be an image that somebody wants. */
export function classify(action: ImageAction, home: Home): Ignored | undefined {
  if (action.action === 'UPDATE_STORAGE_CLASS') return 'storage class changed';
  if (action.action !== 'PUSH') return 'not a push';
  if (action.result !== 'SUCCESS') return 'push failed';
  if (action.account !== home.account) return 'another account';
  if (action.region !== home.region) return 'another Region';
  if (action.tag === undefined) return 'untagged';
  if (companionTag.test(action.tag)) return 'signature or attestation';
  if (action.artifactType !== undefined && !imageConfig.test(action.artifactType)) return 'not an image';
  return undefined;
}
