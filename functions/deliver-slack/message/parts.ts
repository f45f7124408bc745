import type { KnownBlock } from '@slack/types';
import { shortDigest } from '../../../shared/domain/image-ref.ts';
import { clip, code, plain } from '../escape.ts';

/** Slack refuses longer sections (3,000 characters) and more than ten fields; escaping makes text up to five times longer. */
const reasonMax = 500;
export const nameMax = 128;

/** One kind of notice: its icon, and what it says of its subject. */
export interface Face {
  readonly icon: string;
  readonly words: string;
}

export function section(text: string): KnownBlock {
  return { type: 'section', text: mrkdwn(text) };
}

/** Nothing where there is no reason. */
export function quote(reason: string): readonly KnownBlock[] {
  const said = plain(reason, reasonMax);
  return said === '' ? [] : [section(`> ${said}`)];
}

export function context(...parts: readonly string[]): KnownBlock {
  return { type: 'context', elements: [mrkdwn(parts.filter((part) => part !== '').join('  ·  '))] };
}

/** Verbatim: Slack makes no links, channels or mentions of what stands in a label. */
function mrkdwn(text: string) {
  return { type: 'mrkdwn', text, verbatim: true } as const;
}

export function when(at: number): string {
  const seconds = Math.floor(at / 1_000);
  return `<!date^${seconds}^{date_short_pretty} {time_secs}|${new Date(at).toISOString()}>`;
}

export function askedBy(by: string | undefined): string {
  return by === undefined || by === '' ? '' : `by ${plain(by, nameMax)}`;
}

/** What to type next. Names are clipped, and cannot end the code span. */
export function command(text: string): string {
  return code(`npx slipway ${clip(text, 2 * nameMax)}`);
}

interface Version {
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

export function version({ tag = '', digest }: Version): string {
  const parts = [
    tag === '' ? '' : `*${plain(tag, nameMax)}*`,
    digest === undefined ? '' : code(shortDigest(digest)),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '?' : parts.join(' ');
}

/** `shop/web` *1.4.2* `0123456789ab`. */
export function imageLine({ repository, ...named }: Version & { readonly repository: string }): string {
  return `${code(clip(repository, nameMax))}  ${version(named)}`;
}
