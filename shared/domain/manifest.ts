import { asText, isJsonObject, type JsonObject, type JsonValue } from './lossless-json.ts';
import type { Platform } from './platform.ts';

export type Manifest =
  | { readonly kind: 'image'; readonly config: string }
  | { readonly kind: 'index'; readonly images: readonly IndexEntry[] }
  | { readonly kind: 'artifact'; readonly what: string };

export interface IndexEntry {
  readonly digest: string;
  readonly platform?: Platform | undefined;
}

const indexTypes = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const imageConfigs = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);
const imageLayer = /^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\./;

/** What a registry holds under a digest: something that can run, a list of such things, or neither. */
export function readManifest(manifest: JsonValue, mediaType?: string): Manifest {
  if (!isJsonObject(manifest)) return { kind: 'artifact', what: 'a manifest that is no JSON object' };
  const type = asText(manifest['mediaType']) ?? mediaType ?? '';
  const isIndex = indexTypes.has(type) || Array.isArray(manifest['manifests']);
  return isIndex ? readIndex(manifest) : readImage(manifest);
}

function readIndex(manifest: JsonObject): Manifest {
  const images = objects(manifest['manifests']).filter(canRun).flatMap(entry);
  return images.length > 0
    ? { kind: 'index', images }
    : { kind: 'artifact', what: 'an index without images' };
}

/** BuildKit marks attestations by an unknown platform and an annotation. */
function canRun(descriptor: JsonObject): boolean {
  const { annotations, platform } = descriptor;
  const attests = isJsonObject(annotations) && annotations['vnd.docker.reference.type'] !== undefined;
  const unknown = isJsonObject(platform) && platform['os'] === 'unknown';
  return !attests && !unknown && descriptor['artifactType'] === undefined;
}

function entry(descriptor: JsonObject): readonly IndexEntry[] {
  const digest = asText(descriptor['digest']);
  return digest === undefined ? [] : [{ digest, platform: readPlatform(descriptor['platform']) }];
}

function readImage(manifest: JsonObject): Manifest {
  const config = isJsonObject(manifest['config']) ? manifest['config'] : {};
  const what =
    asText(manifest['artifactType']) ?? asText(config['mediaType']) ?? 'a manifest without configuration';
  const digest = asText(config['digest']);
  const odd = objects(manifest['layers'])
    .map((layer) => asText(layer['mediaType']) ?? '')
    .find((mediaType) => !imageLayer.test(mediaType));
  if (digest === undefined || !imageConfigs.has(what)) return { kind: 'artifact', what };
  return odd === undefined ? { kind: 'image', config: digest } : { kind: 'artifact', what: odd };
}

export interface ImageConfig {
  readonly platform?: Platform | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** An image's own configuration blob. */
export function readImageConfig(config: JsonValue): ImageConfig {
  const { config: runtime } = isJsonObject(config) ? config : {};
  const labels = isJsonObject(runtime) && isJsonObject(runtime['Labels']) ? runtime['Labels'] : {};
  const texts = Object.entries(labels).filter(
    (label): label is [string, string] => typeof label[1] === 'string',
  );
  return { platform: readPlatform(config), labels: Object.fromEntries(texts) };
}

function readPlatform(value: JsonValue | undefined): Platform | undefined {
  if (!isJsonObject(value)) return undefined;
  const [os = '', architecture = ''] = [asText(value['os']), asText(value['architecture'])];
  return os === '' || architecture === '' ? undefined : { os, architecture };
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
