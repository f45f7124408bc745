import { fileURLToPath } from 'node:url';
import { stories } from './stories/all.ts';
import { type Arguments, BadUsage, readArguments, usage } from './tour/arguments.ts';
import { runTour, type Step, type Watcher } from './tour/run.ts';
import { howToGoOn, slackSaw, styled, terminalWatcher } from './tour/terminal.ts';
import { readWorldFile, removeWorldFile, writeWorldFile } from './tour/world-file.ts';
import type { RunningWorld, WorldOptions } from './worlds/running-world.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const silent: Watcher = { begins: () => undefined, ended: () => undefined };

/** Exit status 0: every step was well. 1: one failed, or the world could not start. 2: wrong arguments. */
async function main(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args);
  if (wanted === 'help') {
    console.log(usage);
    return 0;
  }
  const running = await readWorldFile(root);
  if (running !== undefined) {
    console.error(
      `A world (${running.world}, process ${running.pid}) runs here already: stop it first. It was not touched.`,
    );
    return 1;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  return visit(wanted, stop.signal);
}

async function visit(wanted: Arguments, signal: AbortSignal): Promise<number> {
  const from = performance.now();
  const say = wanted.json ? () => undefined : (text: string) => console.log(text);
  say(
    styled(
      'bold',
      `Slipway in ${wanted.localAws ? 'a local AWS: the packaged stack, IAM enforced' : 'an embedded world'}`,
    ),
  );
  const running = await startWorld(wanted, signal, say);
  try {
    await writeWorldFile(root, 'touring', running.world);
    say(
      `ECS here is ${running.pace} times faster than AWS's. Cluster demo: services web (2 tasks) and worker (1).`,
    );
    const steps = await runTour(stories, running.world, wanted.json ? silent : terminalWatcher);
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    report(
      wanted,
      steps,
      `${steps.filter(({ ok }) => ok).length} of ${stories.length} steps, ${seconds} s from the start`,
    );
    if (!(wanted.once || signal.aborted)) await stayUp(running, signal);
    return steps.length === stories.length && steps.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await removeWorldFile(root);
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
    onFault: (fault) => say(styled('dim', `   (${fault instanceof Error ? fault.message : String(fault)})`)),
  };
  if (!localAws) return (await import('./worlds/embedded.ts')).startEmbeddedWorld(options);
  return (await import('./worlds/local-aws.ts')).startLocalAwsWorld(options);
}

function report({ json }: Arguments, steps: readonly Step[], summary: string): void {
  const ok = steps.length === stories.length && steps.every((step) => step.ok);
  if (json) process.stdout.write(`${JSON.stringify({ ok, steps }, null, 2)}\n`);
  else console.log(`\n${ok ? styled('green', 'All well') : styled('red', 'Not well')}: ${summary}`);
}

/** Until Ctrl-C or SIGTERM, whatever standard input is. */
async function stayUp(running: RunningWorld, signal: AbortSignal): Promise<void> {
  await writeWorldFile(root, 'ready', running.world);
  console.log(howToGoOn(running));
  await new Promise<void>((done) => {
    const alive = setInterval(() => undefined, 60_000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      done();
    });
    if (signal.aborted) done();
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const isUsage = error instanceof BadUsage;
  console.error(isUsage ? `${message}\n\n${usage}` : message);
  process.exitCode = isUsage ? 2 : 1;
}
