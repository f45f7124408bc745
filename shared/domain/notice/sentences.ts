import { shortDigest } from '../image-ref.ts';
import type { ImageChange } from './image-change.ts';

type OfRollout = (what: string, where: string) => string;

export const rolloutSentences = {
  'rollout.observed': (what, where) => `Observing only: ${where} would be rolled to ${what}`,
  'rollout.started': (what, where) => `Rolling ${where} to ${what}`,
  'rollout.completed': (what, where) => `${where} now runs ${what}`,
  'rollout.rolled-back': (what, where) => `${where} was rolled back: ${what} failed`,
  'rollout.timed-out': (what, where) => `${where}: the rollout of ${what} made no progress`,
  'rollout.superseded': (what, where) => `${where}: the rollout of ${what} was superseded`,
  'rollout.joined': (what, where) => `${where}: the rollout of ${what} goes on in a newer one`,
  'rollout.stopped': (what, where) => `${where}: the rollout of ${what} was stopped`,
  'rollout.failed': (what, where) => `${where}: the rollout of ${what} failed`,
  'rollout.skipped': (what, where) => `${where} was left alone: ${what} is not rolled out`,
} satisfies Readonly<Record<string, OfRollout>>;

type Sentences = Readonly<Record<keyof typeof rolloutSentences, OfRollout>>;

/** How a rollout is told that goes back to what ran before. */
export const rollbackSentences: Sentences = {
  ...rolloutSentences,
  'rollout.started': (what, where) => `Rolling ${where} back to ${what}`,
  'rollout.completed': (what, where) => `${where} was rolled back and runs ${what} again`,
  'rollout.rolled-back': (what, where) => `${where}: ECS undid the rollback to ${what}`,
  'rollout.timed-out': (what, where) => `${where}: the rollback to ${what} made no progress`,
  'rollout.superseded': (what, where) => `${where}: the rollback to ${what} was superseded`,
  'rollout.joined': (what, where) => `${where}: the rollback to ${what} goes on in a newer rollout`,
  'rollout.stopped': (what, where) => `${where}: the rollback to ${what} was stopped`,
  'rollout.failed': (what, where) => `${where}: the rollback to ${what} failed`,
  'rollout.skipped': (what, where) => `${where} was left alone: it is not rolled back to ${what}`,
};

interface OfTarget {
  readonly where: string;
  readonly image: string;
  readonly reason: string;
}

export const targetSentences = {
  'target.held': ({ where, reason }) => `${where} is on hold: ${reason}`,
  'target.resumed': ({ where }) => `${where} is no longer on hold`,
  'target.quarantined': ({ where, image, reason }) =>
    `${image} is quarantined for ${where}: ${reason}. Pushing it again does nothing; a new image lifts it`,
  'target.unquarantined': ({ where, image }) => `${image} is no longer quarantined for ${where}`,
  'target.attention': ({ where, reason }) => `${where} needs a person: ${reason}`,
} satisfies Readonly<Record<string, (said: OfTarget) => string>>;

/** `shop/web:1.4.2 (0123456789ab)`, or without the tag where nobody knows one. */
export function imageInWords(image: {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}): string {
  const { repository, tag, digest } = image;
  return `${repository}${tag === '' ? '' : `:${tag}`} (${shortDigest(digest)})`;
}

export function changesInWords(changes: readonly ImageChange[]): string {
  return changes
    .map(({ container, repository, to }) => `${imageInWords({ repository, ...to })} in ${container}`)
    .join(', ');
}
