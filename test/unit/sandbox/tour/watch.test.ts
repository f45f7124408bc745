import { describe, expect, it } from 'vitest';
import { expectThat, told, until } from '../../../../sandbox/stories/watch.ts';
import type { World } from '../../../../sandbox/stories/world.ts';
import type { JsonValue } from '../../../../shared/domain/lossless-json.ts';

function aWorld(more: Partial<World> = {}): World {
  return { patienceMs: 120, signal: new AbortController().signal, ...more } as World;
}

describe('waiting in a story', () => {
  it('asks again until there is an answer', async () => {
    let asked = 0;
    const answer = await until(aWorld(), 'the third', async () => {
      asked += 1;
      return asked === 3 ? 'third' : undefined;
    });
    expect(answer).toBe('third');
  });

  it('gives up after the patience of the world, and says what it waited for', async () => {
    const waiting = until(aWorld(), 'something', async () => undefined);
    await expect(waiting).rejects.toThrow('waited 0.12 s in vain for something');
  });

  it('ends at once when the world is stopped', async () => {
    const signal = AbortSignal.abort();
    await expect(until(aWorld({ signal }), 'x', async () => undefined)).rejects.toThrow(/abort/);
  });

  it('finds the message that has all of the words, after those that were heard before', async () => {
    const messages: JsonValue[] = [
      { text: 'demo/web rolled out' },
      { text: 'demo/web' },
      { text: 'out demo/web rolled' },
    ];
    const world = aWorld({ inbox: async () => messages });
    expect(await told(world, ['demo/web', 'rolled'], 0)).toBe(messages[0]);
    expect(await told(world, ['demo/web', 'rolled'], 1)).toBe(messages[2]);
    await expect(told(world, ['demo/web', 'rolled'], 3)).rejects.toThrow(
      'a message in Slack with demo/web, rolled',
    );
  });

  it('fails a story whose expectation does not hold', () => {
    expect(() => expectThat(true, 'x')).not.toThrow();
    expect(() => expectThat(false, 'the proxy was changed')).toThrow('the proxy was changed');
  });
});
