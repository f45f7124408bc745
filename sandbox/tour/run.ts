import type { Detail, Story, World } from '../stories/world.ts';

export interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  /** What was read back; of a step that failed, why. */
  readonly detail: Detail;
}

export interface Watcher {
  begins(story: Story, index: number): void;
  ended(step: Step): void;
}

/** Plays the stories one after the other; one that fails does not stop the rest. */
export async function runTour(
  stories: readonly Story[],
  world: World,
  watcher: Watcher,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const [index, story] of stories.entries()) {
    if (world.signal.aborted) break;
    watcher.begins(story, index);
    const step = await play(story, world);
    steps.push(step);
    watcher.ended(step);
  }
  return steps;
}

async function play(story: Story, world: World): Promise<Step> {
  const from = performance.now();
  const ms = () => Math.round(performance.now() - from);
  try {
    const detail = await story.run(world);
    return { name: story.name, ok: true, ms: ms(), detail };
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { name: story.name, ok: false, ms: ms(), detail: { problem } };
  }
}
