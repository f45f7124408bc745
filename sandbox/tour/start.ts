import { readWorldFile } from '../../shared/local-world.ts';
import type { Story } from '../stories/world.ts';
import { projectRoot as root, worldFolder } from '../world-folder.ts';
import type { RunningWorld, WorldOptions } from '../worlds/running-world.ts';
import { type Arguments, BadUsage, readArguments, usage } from './arguments.ts';
import { runTour, type Step, type Watcher } from './run.ts';
import { howToGoOn, slackSaw, styled, terminalWatcher } from './terminal.ts';
import { removeWorldFile, WorldRunsHere, writeWorldFile } from './world-file.ts';

const silent: Watcher = { begins: () => undefined, ended: () => undefined };

interface Visit {
  readonly wanted: Arguments;
  readonly stories: readonly Story[];
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** Exit status 0: every step was well. 1: one failed, or the world could not start. 2: wrong arguments. */
export async function startTour(args: readonly string[], stories: readonly Story[]): Promise<number> {
  try {
    return await start(args, stories);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isUsage = error instanceof BadUsage;
    console.error(isUsage ? `${message}\n\n${usage}` : message);
    return isUsage ? 2 : 1;
  }
}

async function start(args: readonly string[], stories: readonly Story[]): Promise<number> {
  const wanted = readArguments(args);
  if (wanted === 'help') {
    console.log(usage);
    return 0;
  }
  const folder = worldFolder();
  const running = await readWorldFile(folder);
  if (running !== undefined) throw new WorldRunsHere(running);
  const stop = new AbortController();
  // Whoever read along has gone: that ends the visit, and is no fault.
  process.stdout.on('error', () => stop.abort());
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  if (process.env['npm_lifecycle_event'] !== undefined) whenOrphaned(() => stop.abort());
  const say = wanted.json ? () => undefined : (text: string) => console.log(text);
  return visit({ wanted, stories, folder, signal: stop.signal, say });
}

/** npm hands a signal to the shell that it started this process with, and that shell ends without passing it on. */
function whenOrphaned(stop: () => void): void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    stop();
  }, 200).unref();
}

async function visit({ wanted, stories, folder, signal, say }: Visit): Promise<number> {
  const from = performance.now();
  const where = wanted.localAws ? 'a local AWS: the packaged stack, IAM enforced' : 'an embedded world';
  say(styled('bold', `Slipway in ${where}`));
  const running = await startWorld(wanted, signal, say);
  try {
    await writeWorldFile(folder, 'touring', running.world);
    say(
      `ECS here is ${running.pace} times faster than AWS's. Cluster demo: services web, worker, api and thirty of a fleet.`,
    );
    const steps = await runTour(stories, running.world, wanted.json ? silent : terminalWatcher);
    const well = steps.filter(({ ok }) => ok).length;
    const ok = well === stories.length;
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    report(wanted, { ok, steps }, `${well} of ${stories.length} steps, ${seconds} s from the start`);
    if (!(wanted.once || signal.aborted)) {
      await writeWorldFile(folder, 'ready', running.world);
      console.log(howToGoOn(running));
      await stopped(signal);
    }
    return ok ? 0 : 1;
  } finally {
    await removeWorldFile(folder);
    await running.close();
  }
}

async function startWorld(
  { localAws, json }: Arguments,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<RunningWorld> {
  const options: WorldOptions = {
    root,
    signal,
    saw: json ? () => undefined : slackSaw,
    sawNothing: (line) => say(styled('dim', `   ${line}`)),
    onFault: (fault) => say(styled('dim', `   (${fault instanceof Error ? fault.message : String(fault)})`)),
  };
  if (!localAws) return (await import('../worlds/embedded.ts')).startEmbeddedWorld(options);
  return (await import('../worlds/local-aws.ts')).startLocalAwsWorld(options);
}

interface Result {
  readonly ok: boolean;
  readonly steps: readonly Step[];
}

function report({ json }: Arguments, { ok, steps }: Result, summary: string): void {
  if (json) process.stdout.write(`${JSON.stringify({ ok, steps }, null, 2)}\n`);
  else console.log(`\n${ok ? styled('green', 'All well') : styled('red', 'Not well')}: ${summary}`);
}

/** Until Ctrl-C or SIGTERM, whatever standard input is. */
function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const alive = setInterval(() => undefined, 60_000);
    const end = () => {
      clearInterval(alive);
      done();
    };
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}
