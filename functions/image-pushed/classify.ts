import { ecrRegistry, isSameRegistry } from '../../shared/domain/image-ref.ts';
import type { Rules } from './decide/rule.ts';
import type { Arrival } from './read-event.ts';

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
export function classify(action: Arrival, home: Home, rules: Pick<Rules, 'deploy'>): Ignored | undefined {
  if (action.action === 'UPDATE_STORAGE_CLASS') return 'storage class changed';
  if (action.action !== 'PUSH') return 'not a push';
  if (action.result !== 'SUCCESS') return 'push failed';
  return elsewhere(action, home, rules) ?? unfit(action);
}

/** Another registry's images deploy nowhere, unless a rule names that registry. */
function elsewhere(action: Arrival, home: Home, { deploy }: Pick<Rules, 'deploy'>): Ignored | undefined {
  const registry = ecrRegistry(action.account, action.region);
  if (deploy.some((rule) => isSameRegistry(rule.registry, registry))) return undefined;
  if (action.account !== home.account) return 'another account';
  return action.region === home.region ? undefined : 'another Region';
}

function unfit({ tag, artifactType }: Arrival): Ignored | undefined {
  if (tag === undefined) return 'untagged';
  if (companionTag.test(tag)) return 'signature or attestation';
  return artifactType === undefined || imageConfig.test(artifactType) ? undefined : 'not an image';
}
