import type { PeerName } from './peer-names.ts';

/** Where another stand-in for ECS answers otherwise than AWS does. Our own model has none. */
export interface KnownDifference {
  readonly peers: readonly PeerName[];
  readonly does: string;
  /** AWS's answer, and the page or thread that has it. */
  readonly aws: string;
  readonly source: string;
  readonly scenario: string;
  readonly facts: readonly string[];
}
