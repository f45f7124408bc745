import { ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { type Story, StoryFailed, type World } from '../../../../sandbox/stories/world.ts';
import { runTour } from '../../../../sandbox/tour/run.ts';

function aWorld(signal: AbortSignal = new AbortController().signal): World {
  const url = 'http://127.0.0.1:1';
  return {
    name: 'embedded',
    endpoints: { ecs: url, registry: url, inbox: url },
    ecs: new ECSClient({ region: 'eu-west-1' }),
    reconcile: async () => undefined,
    journal: async () => [],
    push: async () => ({ digest: '', mediaType: '', children: [] }),
    pushUnheard: async () => ({ digest: '', mediaType: '', children: [] }),
    inbox: async () => [],
    signal,
    patienceMs: 1,
  };
}

function story(name: string, run: Story['run']): Story {
  return { name, tells: '', run };
}

const well = story('well', async () => ({ digest: 'sha256:1' }));

describe('the tour', () => {
  it('plays every story, in order, and tells the watcher', async () => {
    const said: string[] = [];
    const watcher = {
      begins: ({ name }: Story, index: number) => said.push(`${index} ${name}`),
      ended: ({ name, ok }: { name: string; ok: boolean }) => said.push(`${name} ${ok}`),
    };
    const failing = story('failing', async () => {
      throw new StoryFailed('in vain');
    });
    const steps = await runTour([well, failing, well], aWorld(), {
      begins: (one, index) => void watcher.begins(one, index),
      ended: (step) => void watcher.ended(step),
    });
    expect(said).toEqual(['0 well', 'well true', '1 failing', 'failing false', '2 well', 'well true']);
    expect(steps.map(({ ok, detail }) => [ok, detail])).toEqual([
      [true, { digest: 'sha256:1' }],
      [false, { problem: 'StoryFailed: in vain' }],
      [true, { digest: 'sha256:1' }],
    ]);
  });

  it('begins nothing more once it is stopped', async () => {
    const stop = new AbortController();
    const stopping = story('stopping', async () => {
      stop.abort();
      return {};
    });
    const steps = await runTour([stopping, well], aWorld(stop.signal), {
      begins: () => undefined,
      ended: () => undefined,
    });
    expect(steps.map(({ name }) => name)).toEqual(['stopping']);
  });
});
