export interface ImageRef {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

const longest = 512;
const imagePattern =
  /^(?<registry>[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?)\/(?<repository>[a-z0-9._/-]+)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[a-f0-9]{64}))?$/;

/** Undefined means "no image of a registry that we could ever match", which callers treat as a skip. */
export function parseImageRef(text: string): ImageRef | undefined {
  if (text.length > longest) return undefined;
  const { registry, repository, tag, digest } = imagePattern.exec(text)?.groups ?? {};
  if (registry === undefined || repository === undefined) return undefined;
  return { registry, repository, tag, digest };
}

/** Slipway always pins: what runs is then exactly what was pushed, whatever happens to the tag. */
export function pinned({ registry, repository, digest }: ImageRef & { readonly digest: string }): string {
  return `${registry}/${repository}@${digest}`;
}

/** The same image by digest, whatever registry it is of. One that names a digest already keeps it. */
export function withDigest(image: string, digest: string | undefined): string {
  if (digest === undefined || image.includes('@')) return image;
  const tag = image.indexOf(':', image.lastIndexOf('/') + 1);
  return `${tag === -1 ? image : image.slice(0, tag)}@${digest}`;
}

export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

export function ecrRegistry(account: string, region: string): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${account}.dkr.ecr.${region}.${suffix}`;
}

const ecrHost =
  /^(?<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn)$/;

/** ECR has several host names (dual stack, FIPS) for the registry of one account and Region. */
export function isSameRegistry(a: string, b: string): boolean {
  return a === b || (ecrHost.test(a) && registryId(a) === registryId(b));
}

/** One name for each registry, whichever of ECR's host names was used. Undefined: no registry of ECR. */
export function ecrRegistryOf(host: string): string | undefined {
  const { account, region } = ecrHost.exec(host)?.groups ?? {};
  return account === undefined || region === undefined ? undefined : ecrRegistry(account, region);
}

function registryId(host: string): string {
  const { account, region } = ecrHost.exec(host)?.groups ?? {};
  return `${account} ${region}`;
}
