import { type ImageAction, parseImageAction } from '../../events/ecr-image-action/schema.ts';
import { parsePullThroughCacheAction } from '../../events/ecr-pull-through-cache-action/schema.ts';
import { parseReplicationAction } from '../../events/ecr-replication-action/schema.ts';

/** An image has come to a registry, whichever way: pushed, copied from another registry, or pulled from upstream. */
export interface Arrival extends Omit<ImageAction, 'digest'> {
  readonly way: 'push' | 'replication' | 'pull through cache';
  /** Missing where the event does not say; the tag is resolved anyway. */
  readonly digest?: string | undefined;
}

/** What came is a push wherever it came from. Throws RejectedInput for what is no event of these kinds. */
export function readArrival(event: unknown): Arrival {
  switch (detailTypeOf(event)) {
    case 'ECR Replication Action':
      return replicated(event);
    case 'ECR Pull Through Cache Action':
      return pulled(event);
    default:
      return { ...parseImageAction(event), way: 'push' };
  }
}

function detailTypeOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'detail-type' in event
    ? event['detail-type']
    : undefined;
}

function replicated(event: unknown): Arrival {
  const { source: _source, action, ...copy } = parseReplicationAction(event);
  const isCopy = action === 'REPLICATE';
  return { ...copy, ...untyped, way: 'replication', action: isCopy ? 'PUSH' : action };
}

function pulled(event: unknown): Arrival {
  const { failure: _failure, ...image } = parsePullThroughCacheAction(event);
  return { ...image, ...untyped, way: 'pull through cache', action: 'PUSH' };
}

const untyped = { mediaType: undefined, artifactType: undefined };
