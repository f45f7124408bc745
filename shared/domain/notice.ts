import { revisionName, type ServiceName } from './arn.ts';
import { key } from './key.ts';
import { type ImageChange, imageChanges } from './notice/image-change.ts';
import {
  changesInWords,
  imageInWords,
  rollbackSentences,
  rolloutSentences,
  targetSentences,
} from './notice/sentences.ts';
import type { Cause, Rollout } from './target/rollout.ts';
import { rolloutId, type Target } from './target/state.ts';

export const rolloutNoticeKinds = [
  'rollout.observed',
  'rollout.started',
  'rollout.completed',
  'rollout.rolled-back',
  'rollout.timed-out',
  'rollout.superseded',
  'rollout.joined',
  'rollout.stopped',
  'rollout.failed',
  'rollout.skipped',
] as const;
export type RolloutNoticeKind = (typeof rolloutNoticeKinds)[number];

/** What becomes of a target apart from its rollouts. `attention`: a person is needed. */
export const targetNoticeKinds = [
  'target.held',
  'target.resumed',
  'target.quarantined',
  'target.unquarantined',
  'target.attention',
] as const;
export type TargetNoticeKind = (typeof targetNoticeKinds)[number];

/** What concerns more than one target. */
export const systemNoticeKinds = [
  'system.plan-stopped',
  'system.paused',
  'system.unpaused',
  'system.foreign-cluster',
] as const;
export type SystemNoticeKind = (typeof systemNoticeKinds)[number];

export const noticeKinds = [...rolloutNoticeKinds, ...targetNoticeKinds, ...systemNoticeKinds] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export const severities = ['info', 'warning', 'error'] as const;
export type Severity = (typeof severities)[number];

const severityOf: Readonly<Record<NoticeKind, Severity>> = {
  'rollout.observed': 'info',
  'rollout.started': 'info',
  'rollout.completed': 'info',
  'rollout.rolled-back': 'error',
  'rollout.timed-out': 'error',
  'rollout.superseded': 'info',
  'rollout.joined': 'info',
  'rollout.stopped': 'warning',
  'rollout.failed': 'error',
  'rollout.skipped': 'info',
  'target.held': 'warning',
  'target.resumed': 'info',
  'target.quarantined': 'warning',
  'target.unquarantined': 'info',
  'target.attention': 'error',
  'system.plan-stopped': 'error',
  'system.paused': 'warning',
  'system.unpaused': 'info',
  'system.foreign-cluster': 'warning',
};

/** What Slipway announces. The published forms are under `events/published/`. Times in milliseconds since the epoch. */
export type Notice = RolloutNotice | TargetNotice | SystemNotice;

interface Said<Kind extends NoticeKind> {
  readonly v: 1;
  readonly id: string;
  readonly kind: Kind;
  readonly severity: Severity;
  readonly at: number;
  readonly cluster: string;
  readonly service: string;
  /** One sentence for people. Contains text from outside: escape it for the channel. */
  readonly text: string;
}

export interface RolloutNotice extends Said<RolloutNoticeKind> {
  readonly rollout: {
    readonly id: string;
    readonly generation: number;
    /** Missing: a push. */
    readonly cause?: Cause | undefined;
    readonly by?: string | undefined;
    readonly changes: readonly ImageChange[];
    readonly revision?: string | undefined;
    readonly baseRevision?: string | undefined;
    readonly deploymentId?: string | undefined;
    readonly startedAt?: number | undefined;
    readonly durationMs?: number | undefined;
    readonly reason?: string | undefined;
  };
}

/** An image that a notice is about. */
export interface NamedImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

export interface TargetNotice extends Said<TargetNoticeKind> {
  readonly target: {
    readonly reason: string;
    readonly by?: string | undefined;
    readonly image?: NamedImage | undefined;
  };
}

/** `cluster` and `service` are empty where it concerns none. */
export interface SystemNotice extends Said<SystemNoticeKind> {
  readonly system: {
    readonly reason: string;
    readonly by?: string | undefined;
    readonly image?: NamedImage | undefined;
    /** `cluster/service` of those that failed. */
    readonly failed?: readonly string[] | undefined;
    readonly leftAlone?: number | undefined;
  };
}

interface TargetSaid {
  readonly kind: TargetNoticeKind;
  readonly at: number;
  readonly reason: string;
  readonly by?: string | undefined;
  readonly image?: NamedImage | undefined;
}

/** One notice for each (target, kind, moment). */
export function targetNotice({ cluster, service }: ServiceName, said: TargetSaid): TargetNotice {
  const { kind, at, reason, by, image } = said;
  const where = `${cluster}/${service}`;
  return {
    v: 1,
    id: key('notice', where, at, kind, image?.digest ?? ''),
    kind,
    severity: severityOf[kind],
    at,
    cluster,
    service,
    target: { reason, by, image },
    text: targetSentences[kind]({ where, image: image === undefined ? '' : imageInWords(image), reason }),
  };
}

interface SystemSaid {
  readonly kind: SystemNoticeKind;
  /** Tells this one from others of its kind. */
  readonly about: string;
  readonly at: number;
  readonly text: string;
  readonly cluster?: string;
  readonly system: SystemNotice['system'];
}

export function systemNotice({ kind, about, at, text, cluster = '', system }: SystemSaid): SystemNotice {
  const id = key('notice', about, at, kind);
  return { v: 1, id, kind, severity: severityOf[kind], at, cluster, service: '', system, text };
}

/** One notice for each (rollout, kind): saying it again makes the same id, so nobody hears it twice. */
export function rolloutNotice(
  target: Target,
  rollout: Rollout,
  said: { kind: RolloutNoticeKind; at: number },
): RolloutNotice {
  const { kind, at } = said;
  const id = rolloutId(target, rollout.generation);
  const changes = imageChanges(target, rollout);
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
      cause: rollout.cause,
      by: rollout.by,
      changes,
      revision: rollout.revision,
      baseRevision: rollout.baseRevision,
      deploymentId: rollout.deploymentId,
      startedAt: rollout.startedAt,
      durationMs: durationOf(rollout),
      reason: rollout.reason,
    },
    text: `${sentence(kind, rollout)(whatOf(rollout, changes), `${target.cluster}/${target.service}`)}${because(rollout)}`,
  };
}

const backwards: ReadonlySet<Cause | undefined> = new Set<Cause>(['rollback', 'manual-rollback', 'restore']);

function sentence(kind: RolloutNoticeKind, { cause }: Rollout): (what: string, where: string) => string {
  return (backwards.has(cause) ? rollbackSentences : rolloutSentences)[kind];
}

/** A rollback may change no image that Slipway knows by its digest: then the revision is named. */
function whatOf({ goBackTo }: Rollout, changes: readonly ImageChange[]): string {
  return changes.length === 0 && goBackTo !== undefined
    ? revisionName(goBackTo.revision)
    : changesInWords(changes);
}

function because({ reason }: Rollout): string {
  return reason === undefined || reason === '' ? '' : ` – ${reason}`;
}

function durationOf({ startedAt, endedAt }: Rollout): number | undefined {
  return startedAt === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);
}
