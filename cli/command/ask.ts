import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { parseCommand } from '../../shared/domain/command/parse.ts';
import { type Command, commandMessage } from '../../shared/domain/command.ts';
import { RejectedInput } from '../../shared/faults.ts';
import { loadPause } from '../../shared/records/control-record.ts';
import { exitCodes, type Io, isTerminal, print, printJson, styled } from '../output.ts';
import { findState, type State } from '../state/find-state.ts';
import type { Asking } from './asking.ts';
import { printEnd } from './print-end.ts';
import { type End, waitForEnd } from './wait.ts';

/** A command without what every command has. */
export type Wish = Command extends infer One
  ? One extends Command
    ? Omit<One, 'id' | 'by' | 'at'>
    : never
  : never;

/** Sends the command, waits until it has been carried out, and says how that went. */
export async function ask(
  wish: Wish | ((state: State) => Promise<Wish>),
  asked: Asking,
  io: Io,
): Promise<void> {
  const state = await findState(asked, io);
  const command = checked({
    ...(typeof wish === 'function' ? await wish(state) : wish),
    ...asker(asked, io),
  });
  await state.rollouts.send(commandMessage(command));
  const end = await waitForEnd(command, {
    state,
    timeoutMs: asked.timeout,
    wait: asked.wait,
    saw: (line) => progress(line, io),
    accepted: () => tellOfPause(state, io),
  });
  if (asked.json === true) await printJson(io.stdout, jsonOf(command, end));
  else await printEnd(end, io.stdout);
  io.finish(codeOf(end));
}

function asker({ by }: Asking, { env }: Io) {
  return { id: randomUUID(), by: by ?? env['SLIPWAY_BY'] ?? userName(env), at: Date.now() };
}

/** A user without an entry of their own, as in many containers, has no name there. */
function userName(env: Io['env']): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] ?? 'somebody';
  }
}

/** Refused here with the same words as by roll-service, which would not even answer. */
function checked(command: Command): Command {
  const parsed = parseCommand(commandMessage(command).body);
  if (parsed.ok) return parsed.command;
  throw new RejectedInput(`that cannot be asked for: ${parsed.problem}`);
}

/** To whoever watches, not into pipes. */
async function progress(line: string, { stderr }: Io): Promise<void> {
  if (isTerminal(stderr)) await print(stderr, styled('dim', `   ${line}`, stderr));
}

async function tellOfPause({ table }: State, { stderr }: Io): Promise<void> {
  const { pause } = await loadPause(table);
  if (pause?.paused !== true) return;
  const note = styled('yellow', 'note', stderr);
  await print(stderr, `${note}  Slipway is paused by ${pause.by}: it waits until \`slipway unpause\``);
}

function jsonOf({ id, name, by }: Command, end: End): object {
  return { command: { id, name, by }, ...end };
}

function codeOf(end: End) {
  switch (end.status) {
    case 'waiting':
      return exitCodes.undecided;
    case 'accepted':
      return exitCodes.ok;
    case 'refused':
      return exitCodes.problems;
    default:
      return end.wished ? exitCodes.ok : exitCodes.problems;
  }
}
