import type { BusEvent } from '../world-types.ts';
import { nextId } from './ids.ts';
import type { Manifest } from './manifest.ts';
import type { RegistryState } from './types.ts';

interface ImageAction {
  readonly action: 'PUSH' | 'DELETE';
  readonly repository: string;
  readonly digest: string;
  /** Undefined: the member is left out. ECR puts an empty one where a manifest has no tag. */
  readonly tag: string | undefined;
  readonly manifest?: Manifest | undefined;
}

/** Emits `ECR Image Action` in the shape that was recorded in 2025. */
export function emitImageAction(registry: RegistryState, action: ImageAction): void {
  const { clock, account, region, emit } = registry;
  const event: BusEvent = {
    version: '0',
    id: nextId(registry),
    'detail-type': 'ECR Image Action',
    source: 'aws.ecr',
    account,
    time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    region,
    resources: [],
    detail: {
      result: 'SUCCESS',
      'repository-name': action.repository,
      'image-digest': action.digest,
      'action-type': action.action,
      ...(action.tag === undefined ? {} : { 'image-tag': action.tag }),
      ...mediaTypes(action.manifest),
    },
  };
  emit(event);
}

function mediaTypes(manifest: Manifest | undefined): Record<string, string> {
  if (manifest === undefined) return {};
  return {
    'manifest-media-type': manifest.mediaType,
    ...(manifest.artifactType === undefined ? {} : { 'artifact-media-type': manifest.artifactType }),
  };
}
