import type { KnownBlock } from '@slack/types';
import { revisionName } from '../../shared/domain/arn.ts';
import { shortDigest } from '../../shared/domain/image-ref.ts';
import type { ImageChange, Notice, NoticeKind } from '../../shared/domain/notice.ts';
import { clip, code, escaped, plain } from './escape.ts';

export interface SlackMessage {
  /** What notifications and screen readers show. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** Slack refuses longer sections (3,000 characters) and more than ten fields; escaping makes text up to five times longer. */
const reasonMax = 500;
const nameMax = 128;
const changesMax = 8;
const changesTextMax = 2_900;
const textMax = 600;

const face: Readonly<Record<NoticeKind, { readonly icon: string; readonly words: string }>> = {
  'rollout.observed': { icon: ':eyes:', words: 'would be rolled out (observing only)' },
  'rollout.started': { icon: ':ship:', words: 'is rolling out' },
  'rollout.completed': { icon: ':white_check_mark:', words: 'rolled out' },
  'rollout.rolled-back': { icon: ':rewind:', words: 'failed and was rolled back' },
  'rollout.superseded': { icon: ':fast_forward:', words: 'superseded' },
  'rollout.joined': { icon: ':fast_forward:', words: 'goes on in a newer rollout' },
  'rollout.stopped': { icon: ':octagonal_sign:', words: 'was stopped' },
  'rollout.failed': { icon: ':x:', words: 'failed' },
  'rollout.skipped': { icon: ':hand:', words: 'left alone' },
};

export function slackMessage(notice: Notice, consoleUrl: string): SlackMessage {
  const { icon, words } = face[notice.kind];
  const service = `${notice.cluster}/${notice.service}`;
  const reason = notice.kind === 'rollout.completed' ? '' : (notice.rollout.reason ?? '');
  const blocks: KnownBlock[] = [
    section(`${icon} <${consoleUrl}|*${escaped(service)}*> ${words}`),
    section(changeLines(notice.rollout.changes)),
    ...(reason === '' ? [] : [section(`> ${plain(reason, reasonMax)}`)]),
    { type: 'context', elements: [mrkdwn(footer(notice))] },
  ];
  return { text: plain(notice.text, textMax), blocks };
}

function section(text: string): KnownBlock {
  return { type: 'section', text: mrkdwn(text) };
}

/** Verbatim: Slack makes no links, channels or mentions of what stands in a label. */
function mrkdwn(text: string) {
  return { type: 'mrkdwn', text, verbatim: true } as const;
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

function version({
  tag,
  digest,
}: {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}): string {
  const parts = [
    tag === undefined ? '' : `*${plain(tag, nameMax)}*`,
    digest === undefined ? '' : code(shortDigest(digest)),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '?' : parts.join(' ');
}

function footer({ at, rollout }: Notice): string {
  const seconds = Math.floor(at / 1_000);
  const parts = [
    `<!date^${seconds}^{date_short_pretty} {time_secs}|${new Date(at).toISOString()}>`,
    rollout.durationMs === undefined ? '' : `took ${duration(rollout.durationMs)}`,
    rollout.revision === undefined ? '' : code(revisionName(rollout.revision)),
    plain([...new Set(rollout.changes.map(({ rule }) => rule))].join(', '), nameMax),
  ];
  return parts.filter((part) => part !== '').join('  ·  ');
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** ECS's page for a service. Names are checked by ECS, and encoded all the same. */
export function consoleUrl(
  region: string,
  { cluster, service }: Pick<Notice, 'cluster' | 'service'>,
): string {
  const host = region.startsWith('cn-') ? 'console.amazonaws.cn' : 'console.aws.amazon.com';
  const [c, s] = [encodeURIComponent(cluster), encodeURIComponent(service)];
  return `https://${region}.${host}/ecs/v2/clusters/${c}/services/${s}/deployments?region=${region}`;
}
