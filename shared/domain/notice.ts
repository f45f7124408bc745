import { parseImageRef, shortDigest } from './image-ref.ts';
import { key } from './key.ts';
import { type Rollout, rolloutId, type Target, tagOf, type Wanted } from './target/state.ts';

export const noticeKinds = [
  'rollout.observed',
  'rollout.started',
  'rollout.completed',
  'rollout.rolled-back',
  'rollout.superseded',
  'rollout.joined',
  'rollout.stopped',
  'rollout.failed',
  'rollout.skipped',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const severities = ['info', 'warning', 'error'] as const;
export type Severity = (typeof severities)[number];

const severityOf: Readonly<Record<NoticeKind, Severity>> = {
  'rollout.observed': 'info',
  'rollout.started': 'info',
  'rollout.completed': 'info',
  'rollout.rolled-back': 'error',
  'rollout.superseded': 'info',
  'rollout.joined': 'info',
  'rollout.stopped': 'warning',
  'rollout.failed': 'error',
  'rollout.skipped': 'info',
};

export interface ImageChange {
  readonly container: string;
  readonly repository: string;
  readonly from: { readonly tag?: string | undefined; readonly digest?: string | undefined };
  readonly to: { readonly tag: string; readonly digest: string };
  readonly commit?: string | undefined;
  readonly author?: string | undefined;
  readonly rule: string;
}

/** What Slipway announces. The published form is `events/published/rollout/`. Times in milliseconds since the epoch. */
export interface Notice {
  readonly v: 1;
  readonly id: string;
  readonly kind: NoticeKind;
  readonly severity: Severity;
  readonly at: number;
  readonly cluster: string;
  readonly service: string;
  readonly rollout: {
    readonly id: string;
    readonly generation: number;
    readonly changes: readonly ImageChange[];
    readonly revision?: string | undefined;
    readonly baseRevision?: string | undefined;
    readonly deploymentId?: string | undefined;
    readonly startedAt?: number | undefined;
    readonly durationMs?: number | undefined;
    readonly reason?: string | undefined;
  };
  /** One sentence for people. Contains text from outside: escape it for the channel. */
  readonly text: string;
}

/** One notice for each (rollout, kind): saying it again makes the same id, so nobody hears it twice. */
export function rolloutNotice(
  target: Target,
  rollout: Rollout,
  said: { kind: NoticeKind; at: number },
): Notice {
  const { kind, at } = said;
  const id = rolloutId(target, rollout.generation);
  const changes = Object.entries(rollout.changes).map(([container, wanted]) =>
    imageChange({ container, wanted, running: rollout.from[container], target }),
  );
  return {
    v: 1,
    id: key('notice', id, rollout.acceptedAt, kind),
    kind,
    severity: severityOf[kind],
    at,
    cluster: target.cluster,
    service: target.service,
    rollout: {
      id,
      generation: rollout.generation,
      changes,
      revision: rollout.revision,
      baseRevision: rollout.baseRevision,
      deploymentId: rollout.deploymentId,
      startedAt: rollout.startedAt,
      durationMs: durationOf(rollout),
      reason: rollout.reason,
    },
    text: `${sentence[kind](changes.map(inWords).join(', '), `${target.cluster}/${target.service}`)}${because(rollout)}`,
  };
}

const sentence: Readonly<Record<NoticeKind, (what: string, where: string) => string>> = {
  'rollout.observed': (what, where) => `Observing only: ${where} would be rolled to ${what}`,
  'rollout.started': (what, where) => `Rolling ${where} to ${what}`,
  'rollout.completed': (what, where) => `${where} now runs ${what}`,
  'rollout.rolled-back': (what, where) => `${where} was rolled back: ${what} failed`,
  'rollout.superseded': (what, where) => `${where}: the rollout of ${what} was superseded`,
  'rollout.joined': (what, where) => `${where}: the rollout of ${what} goes on in a newer one`,
  'rollout.stopped': (what, where) => `${where}: the rollout of ${what} was stopped`,
  'rollout.failed': (what, where) => `${where}: the rollout of ${what} failed`,
  'rollout.skipped': (what, where) => `${where} was left alone: ${what} is not rolled out`,
};

function because({ reason }: Rollout): string {
  return reason === undefined || reason === '' ? '' : ` – ${reason}`;
}

function inWords({ container, repository, to }: ImageChange): string {
  return `${repository}:${to.tag} (${shortDigest(to.digest)}) in ${container}`;
}

interface Changed {
  readonly container: string;
  readonly wanted: Wanted;
  readonly running: string | undefined;
  readonly target: Target;
}

function imageChange({ container, wanted, running, target }: Changed): ImageChange {
  const { repository, tag, digest, rule, commit, author } = wanted;
  const from = running === undefined ? undefined : parseImageRef(running);
  return {
    container,
    repository,
    from: { tag: from?.tag ?? tagOf(target, from?.digest), digest: from?.digest },
    to: { tag, digest },
    rule,
    commit,
    author,
  };
}

function durationOf({ startedAt, endedAt }: Rollout): number | undefined {
  return startedAt === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);
}
