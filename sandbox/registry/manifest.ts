import * as z from 'zod';
import { isDigest } from './names.ts';
import { invalid } from './refusal.ts';

const ociImage = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
const dockerImage = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';

const platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().nullish() });

const descriptor = z.object({
  mediaType: z.string().min(1),
  digest: z.string().refine(isDigest, 'not sha256: and 64 hexadecimal digits'),
  size: z.int().nonnegative(),
  artifactType: z.string().nullish(),
  platform: platform.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

const common = {
  schemaVersion: z.literal(2),
  mediaType: z.string().nullish(),
  artifactType: z.string().nullish(),
  subject: descriptor.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
};
const imageSchema = z.object({ ...common, config: descriptor, layers: z.array(descriptor).nullish() });
const indexSchema = z.object({ ...common, manifests: z.array(descriptor).nullish() });

export type Descriptor = Readonly<z.infer<typeof descriptor>>;

/** A manifest in our words. One that is no index names its configuration and layers, an index its children. */
export interface Manifest {
  readonly mediaType: string;
  readonly isIndex: boolean;
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
  readonly children: readonly Descriptor[];
  readonly subject: string | undefined;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

/** `mediaType` is what the client says beside the bytes; it has to agree with what they say. */
export function parseManifest(bytes: Uint8Array, mediaType?: string): Manifest {
  const document = parseJson(bytes);
  const stated = statedMediaType(document);
  const actual = mediaType ?? stated;
  if (actual === undefined) throw wrong('it has no mediaType, and no Content-Type came with it');
  if (stated !== undefined && stated !== actual) {
    throw wrong(`its mediaType is '${stated}', but the Content-Type is '${actual}'`);
  }
  switch (actual) {
    case ociImage:
    case dockerImage:
      return image(check(imageSchema, document), actual);
    case ociIndex:
    case dockerList:
      return index(check(indexSchema, document), actual);
    default:
      throw wrong(`the media type '${actual.slice(0, 200)}' is not supported`);
  }
}

function image(parsed: z.infer<typeof imageSchema>, mediaType: string): Manifest {
  return {
    mediaType,
    isIndex: false,
    config: parsed.config,
    layers: parsed.layers ?? [],
    children: [],
    subject: parsed.subject?.digest,
    artifactType: parsed.artifactType || parsed.config.mediaType,
    annotations: parsed.annotations ?? undefined,
  };
}

function index(parsed: z.infer<typeof indexSchema>, mediaType: string): Manifest {
  return {
    mediaType,
    isIndex: true,
    config: undefined,
    layers: [],
    children: parsed.manifests ?? [],
    subject: parsed.subject?.digest,
    artifactType: parsed.artifactType || undefined,
    annotations: parsed.annotations ?? undefined,
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw wrong('it is not JSON', cause);
  }
}

function statedMediaType(document: unknown): string | undefined {
  const result = z.object({ mediaType: z.string().optional() }).safeParse(document);
  return result.success ? result.data.mediaType : undefined;
}

function check<Schema extends z.ZodType>(schema: Schema, document: unknown): z.output<Schema> {
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  throw wrong(z.prettifyError(result.error).replaceAll('\n', ' '));
}

function wrong(reason: string, cause?: unknown): Error {
  const refusal = invalid('MANIFEST_INVALID', `The manifest is invalid: ${reason}`);
  if (cause !== undefined) refusal.cause = cause;
  return refusal;
}
