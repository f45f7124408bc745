import type { JsonValue } from '../shared/domain/lossless-json.ts';

/** One account and one Region in every world. */
export const account = '000000000000';
export const region = 'eu-west-1';
export const registryHost = `${account}.dkr.ecr.${region}.amazonaws.com`;

/** The envelope in which EventBridge hands events to rules. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, JsonValue | undefined>>;
}

export type Emit = (event: BusEvent) => void;

export const behaviourLabel = 'dev.slipway.sandbox.behaviour';

/** What an image does when it runs, as the label in its own configuration says. */
export const behaviours = [
  'fine',
  'exits',
  'cannot-start',
  'out-of-memory',
  'cannot-be-pulled',
  'never-healthy',
] as const;
export type Behaviour = (typeof behaviours)[number];

export interface PullableImage {
  readonly digest: string;
  readonly behaviour: Behaviour;
  /** As `linux/amd64` or `linux/arm64/v8`. */
  readonly platforms: readonly string[];
}

/** Undefined: the registry does not hold it, so no task can pull it. */
export type ResolveImage = (reference: string) => PullableImage | undefined;
