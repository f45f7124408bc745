import type { KnownBlock } from '@slack/types';
import type { Notice } from '../../shared/domain/notice.ts';
import { consoleUrl } from './console-url.ts';
import { plain } from './escape.ts';
import { rolloutBlocks } from './message/rollout.ts';
import { systemBlocks } from './message/system.ts';
import { targetBlocks } from './message/target.ts';

export interface SlackMessage {
  /** What notifications and screen readers show. */
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

const textMax = 600;
/** Two names of ECS, or those of a schedule. */
const nameMax = 512;

export function slackMessage(notice: Notice, region: string): SlackMessage {
  return { text: plain(notice.text, textMax), blocks: blocksOf(notice, region) };
}

function blocksOf(notice: Notice, region: string): readonly KnownBlock[] {
  if ('system' in notice) return systemBlocks(notice);
  const name = plain(`${notice.cluster}/${notice.service}`, nameMax);
  const subject = `<${consoleUrl(region, notice)}|*${name}*>`;
  return 'target' in notice ? targetBlocks(notice, subject) : rolloutBlocks(notice, subject);
}
