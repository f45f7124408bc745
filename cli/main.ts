import { Command, CommanderError } from '@commander-js/extra-typings';
import packageFile from '../package.json' with { type: 'json' };
import { addDeploy } from './deploy.ts';
import { addExplain } from './explain.ts';
import { addHistory } from './history.ts';
import { addHold } from './hold.ts';
import {
  type ExitCode,
  exitCodeHelp,
  exitCodes,
  type Io,
  isBrokenPipe,
  styled,
  type Terminal,
} from './output.ts';
import { addPause } from './pause.ts';
import { addPolicy } from './policy.ts';
import { addResume } from './resume.ts';
import { addRevise } from './revise.ts';
import { addRollback } from './rollback.ts';
import { addStatus } from './status.ts';
import { addUnpause } from './unpause.ts';
import { addUnquarantine } from './unquarantine.ts';
import { addValidate } from './validate.ts';

/** One entry per verb. A verb's file exports a function that adds it to the program. */
const verbs: readonly ((program: Command, io: Io) => void)[] = [
  addValidate,
  addPolicy,
  addRevise,
  addExplain,
  addStatus,
  addHistory,
  addRollback,
  addHold,
  addResume,
  addDeploy,
  addUnquarantine,
  addPause,
  addUnpause,
];

/** Runs one command line and answers with its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const io: Io = { ...terminal, finish: (ended) => (code = ended) };
  try {
    await program(io).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return codeOf(error, io);
  }
}

/** Runs the command line of a process. */
export async function main(process: NodeJS.Process): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => process.exit(isBrokenPipe(error) ? exitCodes.ok : exitCodes.bug));
  }
  const { stdin, stdout, stderr, env } = process;
  process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, env, folder: process.cwd() });
}

function program(io: Io): Command {
  const slipway = new Command('slipway')
    .description('Rolls ECS services forward when an image is pushed to ECR.')
    .version(packageFile.version)
    .addHelpText('after', exitCodeHelp)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(styled('red', text, io.stderr)),
    });
  for (const add of verbs) add(slipway, io);
  return slipway;
}

/** A verb throws what it could not do; here alone that becomes an exit code and words. */
function codeOf(error: unknown, { stderr }: Io): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (isBrokenPipe(error)) return exitCodes.ok;
  const code = faultCodes[error instanceof Error ? error.name : ''] ?? exitCodes.bug;
  const words = error instanceof Error ? error.message : String(error);
  const trace = error instanceof Error && code === exitCodes.bug ? `\n${error.stack ?? ''}` : '';
  stderr.write(`${styled('red', `slipway: ${words}`, stderr)}${trace}\n`);
  return code;
}

/** The names of `shared/faults.ts`, and of what no verb can begin with. */
const faultCodes: Readonly<Record<string, ExitCode>> = {
  RejectedInput: exitCodes.problems,
  UsageError: exitCodes.usage,
  Unavailable: exitCodes.unavailable,
  Refused: exitCodes.unavailable,
  OutcomeUnknown: exitCodes.unavailable,
};
