import { setTimeout as sleep } from 'node:timers/promises';
import { revisionName } from '../../shared/domain/arn.ts';
import type { Command } from '../../shared/domain/command.ts';
import { type HistoryEntry, historyOf } from '../../shared/domain/history.ts';
import { isOpen, type Rollout } from '../../shared/domain/target/rollout.ts';
import type { Target } from '../../shared/domain/target/state.ts';
import { type CommandAnswer, loadAnswer } from '../../shared/records/command-record.ts';
import { readHistory } from '../../shared/records/history-record.ts';
import { loadTarget } from '../../shared/records/target-record.ts';
import type { State } from '../state/find-state.ts';

/** How a command went, as far as it was waited for. */
export type End =
  | {
      readonly status: 'refused' | 'accepted';
      readonly text: string;
      readonly generation?: number | undefined;
    }
  | {
      readonly status: 'ended';
      readonly text: string;
      readonly target: string;
      /** Whether what was asked for has come about. */
      readonly wished: boolean;
      readonly rollout: HistoryEntry;
    }
  /** The time was up. */
  | { readonly status: 'waiting'; readonly text: string; readonly generation?: number | undefined };

export interface Waiting {
  readonly state: Pick<State, 'table'>;
  readonly timeoutMs: number;
  /** False: not for the outcome. */
  readonly wait: boolean;
  /** Told in a few words how it gets on. */
  readonly saw: (line: string) => Promise<void>;
  /** A rollout was accepted, and is waited for or not. */
  readonly accepted: () => Promise<void>;
}

const soonestMs = 50;
const latestMs = 2_000;

/** Undefined: the time was up. */
async function until<T>(endsAt: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let pause = soonestMs; ; pause = Math.min(latestMs, pause * 2)) {
    const found = await look();
    if (found !== undefined) return found;
    const left = endsAt - Date.now();
    if (left <= 0) return undefined;
    await sleep(Math.min(pause, left));
  }
}

export async function waitForEnd(command: Command, waiting: Waiting): Promise<End> {
  const endsAt = Date.now() + waiting.timeoutMs;
  const { table } = waiting.state;
  const answer = await until(endsAt, () => loadAnswer(table, command.id));
  if (answer === undefined) {
    return {
      status: 'waiting',
      text: 'nobody has answered: is roll-service running? It is carried out once it does',
    };
  }
  if (answer.generation !== undefined) await waiting.accepted();
  if (!('cluster' in command) || answer.generation === undefined || !waiting.wait) return answer;
  return waitForRollout({ ...answer, generation: answer.generation }, command, { ...waiting, endsAt });
}

type Name = Pick<Target, 'cluster' | 'service'>;

async function waitForRollout(
  answer: CommandAnswer & { readonly generation: number },
  { cluster, service }: Name,
  { state, saw, endsAt }: Waiting & { readonly endsAt: number },
): Promise<End> {
  const follow: Following = { generation: answer.generation, said: '', saw };
  const rollout = await until(endsAt, async () =>
    look(follow, await outcomeOf({ cluster, service }, follow.generation, state)),
  );
  const { generation } = follow;
  if (rollout === undefined)
    return { status: 'waiting', text: `no outcome yet of rollout ${generation}: ${answer.text}`, generation };
  const target = `${cluster}/${service}`;
  return { status: 'ended', text: answer.text, target, wished: isWished(rollout), rollout };
}

interface Following {
  /** The rollout that is waited for: another one once it has joined that. */
  generation: number;
  /** What was told last. */
  said: string;
  readonly saw: Waiting['saw'];
}

/** The entry of the rollout that is the last one. Undefined: not yet. */
async function look(
  follow: Following,
  found: HistoryEntry | Rollout | undefined,
): Promise<HistoryEntry | undefined> {
  if (found === undefined) return undefined;
  if (isEntry(found)) {
    const next = found.outcome === 'joined' ? newerThan(found) : undefined;
    follow.generation = next ?? follow.generation;
    return next === undefined ? found : undefined;
  }
  const words = inWords(found);
  if (words !== follow.said) await follow.saw(words);
  follow.said = words;
  return undefined;
}

function isEntry(found: HistoryEntry | Rollout): found is HistoryEntry {
  return 'outcome' in found;
}

/** While it is open, the rollout; then its entry in the history, also when the target has forgotten it. */
async function outcomeOf(
  name: Name,
  generation: number,
  { table }: Waiting['state'],
): Promise<HistoryEntry | Rollout | undefined> {
  const target = await loadTarget(table, name);
  const known = target?.rollouts.find((one) => one.generation === generation);
  if (target !== undefined && known !== undefined) return isOpen(known) ? known : historyOf(target, known);
  const entries = await readHistory(table, name, historyMax);
  return entries.find((one) => one.generation === generation);
}

const historyMax = 50;

/** A rollout that joined a newer one goes on in that one, which its reason names. */
function newerThan({ reason }: HistoryEntry): number | undefined {
  const { next } = /^rollout (?<next>\d{1,15}) took its place$/.exec(reason)?.groups ?? {};
  return next === undefined ? undefined : Number(next);
}

/** It runs, also where it ran already. */
function isWished({ outcome, reason }: HistoryEntry): boolean {
  return outcome === 'completed' || (outcome === 'skipped' && reason === 'already running');
}

function inWords({ phase, generation, revision, progress }: Rollout): string {
  const what = revision === undefined ? '' : `, ${revisionName(revision)}`;
  const how = progress === undefined ? '' : `, ${progress.ours} new and ${progress.others} old tasks`;
  return `rollout ${generation}: ${phase}${what}${how}`;
}
