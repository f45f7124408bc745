import type { Command, TargetCommand } from '../../../shared/domain/command.ts';
import type { Step } from '../../../shared/domain/target/accept.ts';
import type { Target } from '../../../shared/domain/target/state.ts';
import { Unavailable } from '../../../shared/faults.ts';
import type { Clock, Journal, Queue, Table, TaskDefinitions } from '../../../shared/ports.ts';
import {
  answerItem,
  type CommandAnswer,
  loadAnswer,
  withItem,
} from '../../../shared/records/command-record.ts';
import { changeTarget } from '../../../shared/records/target-record.ts';
import type { Mode } from '../decide.ts';

export interface CommandDeps {
  readonly table: Table;
  readonly rollouts: Queue;
  readonly definitions: TaskDefinitions;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly mode: Mode;
}

/** What a command does to a target, and what is said of it. */
export interface Decided {
  readonly answer: CommandAnswer;
  /** Missing: nothing changes. */
  readonly step?: Step | undefined;
}

export function accepted(text: string, step?: Step, generation?: number): Decided {
  return { answer: { status: 'accepted', text, generation }, step };
}

export function refused(text: string): Decided {
  return { answer: { status: 'refused', text } };
}

export function unknownTarget({ cluster, service }: TargetCommand): string {
  return `Slipway knows no ${cluster}/${service}. A new service is found by reconcile, where its cluster is in slipway.yml`;
}

/** The new state and the answer are written at once: a crash leaves both, or neither. */
export async function changeAnswered(
  command: TargetCommand,
  deps: CommandDeps,
  change: (target: Target | undefined) => Decided,
): Promise<CommandAnswer> {
  const now = deps.clock.now();
  let decided = refused('');
  const table = withItem(deps.table, () => answerItem(command.id, decided.answer, now));
  const step = await changeTarget({ table, now }, command, (target) => {
    decided = change(target);
    return decided.step;
  });
  return step === undefined ? writeAnswer(command, decided.answer, deps) : decided.answer;
}

export function refuse(command: Command, text: string, deps: CommandDeps): Promise<CommandAnswer> {
  return writeAnswer(command, { status: 'refused', text }, deps);
}

/** The first answer counts, should two be given at once. */
export async function writeAnswer(
  { id }: Command,
  answer: CommandAnswer,
  { table, clock }: Pick<CommandDeps, 'table' | 'clock'>,
): Promise<CommandAnswer> {
  if ((await table.write([answerItem(id, answer, clock.now())])) === 'written') return answer;
  const first = await loadAnswer(table, id);
  if (first === undefined) throw new Unavailable(`the answer of command ${id} could not be written`);
  return first;
}
