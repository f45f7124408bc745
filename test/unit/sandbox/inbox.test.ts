import { afterEach, describe, expect, it } from 'vitest';
import { type Inbox, startInbox } from '../../../sandbox/inbox.ts';

let inbox: Inbox;

afterEach(() => inbox.close());

function post(body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(inbox.url, { method: 'POST', body });
}

describe('the inbox that stands for Slack', () => {
  it('answers GET with an empty array, then with what it was sent, oldest first', async () => {
    const told: unknown[] = [];
    inbox = await startInbox((message) => told.push(message));
    const seen = async () => {
      const answer = await fetch(inbox.url);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      return answer.json();
    };
    expect(await seen()).toEqual([]);
    for (const text of ['one', '☃ "two"']) {
      const answer = await post(JSON.stringify({ text }));
      expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
    }
    expect(await seen()).toEqual([{ text: 'one' }, { text: '☃ "two"' }]);
    expect(told).toEqual(inbox.messages);
  });

  it.each([
    ['no JSON', '{"text": '],
    ['nothing', ''],
    ['more than a message can be', `"${'x'.repeat(1024 * 1024)}"`],
  ])('refuses %s as Slack does, and keeps nothing of it', async (_what, body) => {
    inbox = await startInbox();
    const answer = await post(body);
    expect([answer.status, await answer.text()]).toEqual([400, 'invalid_payload']);
    expect(inbox.messages).toEqual([]);
  });

  it('takes GET and POST alone', async () => {
    inbox = await startInbox();
    expect((await fetch(inbox.url, { method: 'DELETE' })).status).toBe(405);
  });

  it('is busy as often as it is told to, and says for how long', async () => {
    inbox = await startInbox();
    inbox.beBusy(2, 7);
    for (const status of [429, 429, 200]) {
      const answer = await post('{"text":"x"}');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([
        status,
        status === 429 ? '7' : null,
      ]);
    }
    expect(inbox.messages).toHaveLength(1);
  });

  it('keeps the last thousand messages', async () => {
    inbox = await startInbox();
    for (let number = 0; number < 3; number += 1) await post('"old"');
    for (let round = 0; round < 20; round += 1)
      await Promise.all(Array.from({ length: 50 }, () => post('"new"')));
    expect(inbox.messages).toHaveLength(1_000);
    expect(inbox.messages).not.toContain('old');
  });

  it('ends with whoever is still connected', async () => {
    inbox = await startInbox();
    const { url } = inbox;
    const endless = new ReadableStream();
    const stuck = fetch(url, { method: 'POST', body: endless, duplex: 'half' }).catch(() => 'cut');
    await fetch(url);
    await inbox.close();
    expect(await stuck).toBe('cut');
    inbox = await startInbox();
  });
});
