import type { KnownBlock } from '@slack/types';
import { revisionName } from '../../../shared/domain/arn.ts';
import type { ImageChange } from '../../../shared/domain/notice/image-change.ts';
import type { RolloutNotice, RolloutNoticeKind } from '../../../shared/domain/notice.ts';
import type { Cause } from '../../../shared/domain/target/rollout.ts';
import { clip, code, plain } from '../escape.ts';
import { askedBy, context, type Face, nameMax, quote, section, version, when } from './parts.ts';

const changesMax = 8;
const changesTextMax = 2_900;

const forwards: Readonly<Record<RolloutNoticeKind, Face>> = {
  'rollout.observed': { icon: ':eyes:', words: 'would be rolled out (observing only)' },
  'rollout.started': { icon: ':ship:', words: 'is rolling out' },
  'rollout.completed': { icon: ':white_check_mark:', words: 'rolled out' },
  'rollout.rolled-back': { icon: ':rewind:', words: 'failed and was rolled back' },
  'rollout.timed-out': { icon: ':hourglass:', words: 'made no progress' },
  'rollout.superseded': { icon: ':fast_forward:', words: 'superseded' },
  'rollout.joined': { icon: ':fast_forward:', words: 'goes on in a newer rollout' },
  'rollout.stopped': { icon: ':octagonal_sign:', words: 'was stopped' },
  'rollout.failed': { icon: ':x:', words: 'failed' },
  'rollout.skipped': { icon: ':hand:', words: 'left alone' },
};

const backwards: Readonly<Record<RolloutNoticeKind, Face>> = {
  'rollout.observed': { icon: ':eyes:', words: 'would be rolled back (observing only)' },
  'rollout.started': { icon: ':leftwards_arrow_with_hook:', words: 'is rolling back' },
  'rollout.completed': { icon: ':rewind:', words: 'was rolled back' },
  'rollout.rolled-back': { icon: ':x:', words: 'could not be rolled back: ECS undid it' },
  'rollout.timed-out': { icon: ':hourglass:', words: 'made no progress while rolling back' },
  'rollout.superseded': { icon: ':fast_forward:', words: 'rollback superseded' },
  'rollout.joined': { icon: ':fast_forward:', words: 'rollback goes on in a newer rollout' },
  'rollout.stopped': { icon: ':octagonal_sign:', words: 'rollback was stopped' },
  'rollout.failed': { icon: ':x:', words: 'could not be rolled back' },
  'rollout.skipped': { icon: ':hand:', words: 'left alone: not rolled back' },
};

interface Origin {
  readonly faces: Readonly<Record<RolloutNoticeKind, Face>>;
  /** Why there is a rollout; a push needs no words. */
  readonly why: string;
}

const origins: Readonly<Record<Cause, Origin>> = {
  push: { faces: forwards, why: '' },
  found: { faces: forwards, why: 'a push that no event told of' },
  deploy: { faces: forwards, why: 'asked for' },
  alone: { faces: forwards, why: 'tried alone, after several images failed together' },
  rollback: { faces: backwards, why: 'because the rollout before it failed' },
  'manual-rollback': { faces: backwards, why: 'asked for' },
  restore: { faces: backwards, why: 'after ECS rolled back by itself' },
};

export function rolloutBlocks({ kind, at, rollout }: RolloutNotice, subject: string): readonly KnownBlock[] {
  const { faces, why } = origins[rollout.cause ?? 'push'];
  const { icon, words } = faces[kind];
  const { changes, revision, durationMs, by, reason = '' } = rollout;
  return [
    section(`${icon} ${subject} ${words}`),
    ...(changes.length === 0 ? [] : [section(changeLines(changes))]),
    ...(kind === 'rollout.completed' ? [] : quote(reason)),
    context(
      when(at),
      durationMs === undefined ? '' : `took ${duration(durationMs)}`,
      revision === undefined ? '' : code(clip(revisionName(revision), nameMax)),
      why,
      askedBy(by),
      why === '' ? rulesOf(changes) : '',
    ),
  ];
}

function rulesOf(changes: readonly ImageChange[]): string {
  return plain([...new Set(changes.map(({ rule }) => rule))].join(', '), nameMax);
}

function changeLines(changes: readonly ImageChange[]): string {
  const lines = changes.slice(0, changesMax).map(changeLine);
  const shown = lines.filter((_, index) => lines.slice(0, index + 1).join('\n').length <= changesTextMax);
  const rest = changes.length - shown.length;
  return [...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n');
}

function changeLine({ container, repository, from, to, commit, author }: ImageChange): string {
  const built = [
    commit === undefined ? '' : `commit ${code(shortCommit(commit))}`,
    author === undefined ? '' : `by ${code(clip(author, 64))}`,
  ].filter((part) => part !== '');
  const line = `${code(clip(container, nameMax))}  ${code(clip(repository, nameMax))}  ${version(from)} → ${version(to)}`;
  return [line, ...built].join('  ·  ');
}

/** Forty hexadecimal digits say no more to people than twelve. What is no commit at all is only clipped. */
function shortCommit(commit: string): string {
  return /^[a-f0-9]{13,64}$/.test(commit) ? commit.slice(0, 12) : clip(commit, 40);
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
