/** Error codes of the OCI Distribution Specification. */
export type OciCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'PAGINATION_NUMBER_INVALID'
  | 'RANGE_INVALID'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'TOOMANYREQUESTS'
  | 'UNKNOWN'
  | 'UNSUPPORTED';

interface Faces {
  readonly code: OciCode;
  /** Of the answer over /v2; ECR's own API says 400 to all of these. */
  readonly status: number;
  /** The exception of ECR's API. */
  readonly type: string;
  readonly detail?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Something that ECR refuses, with the words of both of its protocols. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: OciCode;
  readonly status: number;
  readonly type: string;
  readonly detail: Faces['detail'];
  readonly headers: Faces['headers'];

  constructor(message: string, faces: Faces) {
    super(message);
    this.code = faces.code;
    this.status = faces.status;
    this.type = faces.type;
    this.detail = faces.detail;
    this.headers = faces.headers;
  }
}

/** What is wrong with the request itself. */
export function invalid(code: OciCode, message: string, status = 400): Refusal {
  return new Refusal(message, { code, status, type: 'InvalidParameterException' });
}

export function tooMuch(message: string): Refusal {
  return new Refusal(message, { code: 'SIZE_INVALID', status: 413, type: 'LimitExceededException' });
}

export function repositoryMissing(name: string, registryId: string): Refusal {
  return new Refusal(
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
    { code: 'NAME_UNKNOWN', status: 404, type: 'RepositoryNotFoundException', detail: { name } },
  );
}

interface Missing {
  readonly digests: readonly string[];
  readonly repository: string;
  readonly registryId: string;
}

export function layersMissing({ digests, repository, registryId }: Missing): Refusal {
  return new Refusal(
    `Layers with digests '${list(digests)}' required for pushing image into repository with name '${repository}' in the registry with id '${registryId}' do not exist`,
    { code: 'MANIFEST_BLOB_UNKNOWN', status: 404, type: 'LayersNotFoundException', detail: { digests } },
  );
}

export function imagesMissing({ digests, repository, registryId }: Missing): Refusal {
  return new Refusal(
    `Images with digests '${list(digests)}' required for pushing image into repository with name '${repository}' in the registry with id '${registryId}' do not exist`,
    {
      code: 'MANIFEST_BLOB_UNKNOWN',
      status: 404,
      type: 'ReferencedImagesNotFoundException',
      detail: { digests },
    },
  );
}

export function tagIsImmutable(tag: string, repository: string): Refusal {
  return new Refusal(
    `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the repository is immutable.`,
    { code: 'TAG_INVALID', status: 400, type: 'ImageTagAlreadyExistsException', detail: { tag } },
  );
}

export function digestDiffers(given: string, actual: string): Refusal {
  return new Refusal(
    `The provided digest '${given}' does not match the content, whose digest is '${actual}'`,
    {
      code: 'DIGEST_INVALID',
      status: 400,
      type: 'ImageDigestDoesNotMatchException',
      detail: { given, actual },
    },
  );
}

export function uploadMissing(uploadId: string): Refusal {
  return new Refusal(`The upload '${uploadId}' does not exist: it was completed, cancelled or has expired`, {
    code: 'BLOB_UPLOAD_UNKNOWN',
    status: 404,
    type: 'UploadNotFoundException',
  });
}

export function blobMissing(digest: string): Refusal {
  return new Refusal(`The layer with digest '${digest}' does not exist in the repository`, {
    code: 'BLOB_UNKNOWN',
    status: 404,
    type: 'LayersNotFoundException',
    detail: { digest },
  });
}

export function manifestMissing(reference: string): Refusal {
  return new Refusal('Requested image not found', {
    code: 'MANIFEST_UNKNOWN',
    status: 404,
    type: 'ImageNotFoundException',
    detail: { reference },
  });
}

function list(digests: readonly string[]): string {
  return `[${digests.join(', ')}]`;
}
