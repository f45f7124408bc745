import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readEnv } from '../../../shared/runtime/env.ts';
import { clock } from '../../../shared/runtime/observe.ts';
import { readUpTo } from '../../../shared/runtime/read-up-to.ts';

describe('readEnv', () => {
  const Env = z.object({ TABLE_NAME: z.string().min(1), QUEUE_URL: z.url() });

  it('gives what was asked for, and nothing else', () => {
    const source = { TABLE_NAME: 't', QUEUE_URL: 'https://q', SECRET: 's' };
    expect(readEnv(Env, source)).toEqual({ TABLE_NAME: 't', QUEUE_URL: 'https://q' });
  });

  it('names every mistake at once, and no value', () => {
    const read = () => readEnv(Env, { TABLE_NAME: '', QUEUE_URL: 'the-secret-part' });
    expect(read).toThrow(/^Invalid configuration\n(?:.*\n)*.*TABLE_NAME(?:.*\n)*.*QUEUE_URL/);
    expect(read).not.toThrow('the-secret-part');
  });
});

describe('readUpTo', () => {
  it.each([
    ['', 3, { text: '', isWhole: true }],
    ['abc', 3, { text: 'abc', isWhole: true }],
    ['abcd', 3, { text: 'abc', isWhole: false }],
    ['ä', 2, { text: 'ä', isWhole: true }],
  ])('of %j at most %d bytes is %j', async (body, most, read) => {
    expect(await readUpTo(new Response(body), most)).toEqual(read);
  });

  it('of no body is nothing', async () => {
    expect(await readUpTo(new Response(null), 3)).toEqual({ text: '', isWhole: true });
  });

  it('ends a body that does not end', async () => {
    let sent = 0;
    const body = new ReadableStream({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(1_000));
      },
    });
    expect(await readUpTo(new Response(body), 2_500)).toMatchObject({ isWhole: false });
    expect(sent).toBeLessThan(6);
  });
});

describe('the clock', () => {
  it('pauses', async () => {
    const began = clock.now();
    await clock.pause(20);
    expect(clock.now() - began).toBeGreaterThanOrEqual(19);
  });
});
