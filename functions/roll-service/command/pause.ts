import { commandMessage, type SystemCommand } from '../../../shared/domain/command.ts';
import { key } from '../../../shared/domain/key.ts';
import { systemNotice } from '../../../shared/domain/notice.ts';
import { Unavailable } from '../../../shared/faults.ts';
import { answerItem, type CommandAnswer } from '../../../shared/records/command-record.ts';
import {
  isPaused,
  loadPause,
  type Pause,
  pauseItem,
  releasePaused,
  type StoredPause,
} from '../../../shared/records/control-record.ts';
import { noticeItem } from '../../../shared/records/notice-record.ts';
import { type CommandDeps, writeAnswer } from './answer.ts';

const triesMax = 5;

/** One item stops everything: roll-service reads it right before each call that changes anything in ECS. */
export async function applyPause(command: SystemCommand, deps: CommandDeps): Promise<CommandAnswer> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const stored = await loadPause(deps.table);
    const isPause = command.name === 'pause';
    if ((stored.pause?.paused ?? false) === isPause)
      return writeAnswer(command, { status: 'accepted', text: already(stored.pause) }, deps);
    const { items, answer } = change(command, stored, deps.clock.now());
    if ((await deps.table.write(items)) === 'written') return answer;
  }
  throw new Unavailable('others kept writing the pause');
}

/** The pause, what is announced of it and what is answered: written at once. */
function change({ id, name, by, reason = '' }: SystemCommand, stored: StoredPause, at: number) {
  const pause: Pause = { paused: name === 'pause', by, at, reason };
  const text = textOf(pause);
  const answer: CommandAnswer = { status: 'accepted', text };
  const kind = pause.paused ? 'system.paused' : 'system.unpaused';
  const system = { reason: reason === '' ? `asked for by ${by}` : reason, by };
  const notice = systemNotice({ kind, about: id, at, text, system });
  return { items: [pauseItem(stored, pause), noticeItem(notice), answerItem(id, answer, at)], answer };
}

function textOf({ paused, by, reason }: Pause): string {
  const why = reason === '' ? '' : `: ${reason}`;
  return paused
    ? `Slipway is paused by ${by}${why}. Nothing is rolled until \`slipway unpause\``
    : `Slipway goes on, says ${by}${why}`;
}

function already(pause: Pause | undefined): string {
  if (pause?.paused !== true) return 'Slipway was not paused';
  return `Slipway is paused already, by ${pause.by} since ${new Date(pause.at).toISOString()}`;
}

/** What was held up goes on, so many at once; the same command, sent again, takes the next ones. */
export async function releaseAll(
  command: SystemCommand,
  { table, rollouts, clock, journal }: CommandDeps,
): Promise<void> {
  const now = clock.now();
  if (await isPaused(table)) return;
  const left = await releasePaused({ table, rollouts, now });
  journal.record({ outcome: 'pause over', left });
  if (left === 'more')
    await rollouts.send({ ...commandMessage(command), deduplicationId: key('release', command.id, now) });
}
