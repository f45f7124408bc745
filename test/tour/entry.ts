import type { Story } from '../../sandbox/stories/world.ts';
import { startTour } from '../../sandbox/tour/start.ts';

const well: Story = {
  name: 'a step that is well',
  tells: 'nothing happens',
  run: async ({ endpoints }) => ({ registry: endpoints.registry }),
};

const failing: Story = {
  name: 'a step that fails',
  tells: 'it throws',
  run: async () => {
    throw new TypeError('as planned');
  },
};

const endless: Story = {
  name: 'a step that waits',
  tells: 'until the signal comes',
  run: ({ signal }) =>
    new Promise((_done, fail) => {
      const alive = setInterval(() => undefined, 60_000);
      signal.addEventListener('abort', () => {
        clearInterval(alive);
        fail(new Error('interrupted'));
      });
    }),
};

/** So that a test knows when it is on its way. */
const telling: Story = {
  ...endless,
  async run(world) {
    await fetch(world.endpoints.inbox, { method: 'POST', body: '{"text":"on the way"}' });
    return endless.run(world);
  },
};

/** What `npm start` runs, with stories that take no time: the first argument says which. */
const tours: Readonly<Record<string, readonly Story[]>> = {
  well: [well],
  failing: [failing, well],
  endless: [well, endless, well],
  telling: [well, telling, well],
};
const [, , which = '', ...args] = process.argv;
process.exitCode = await startTour(args, tours[which] ?? []);
