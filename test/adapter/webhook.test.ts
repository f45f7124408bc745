import { describe, expect, it } from 'vitest';
import { httpWebhook } from '../../shared/runtime/webhook.ts';
import { aServer, type Saying } from './http.ts';

const path = '/services/T000/B000/the-secret-part';
const payload = { text: 'naïve 🚀', blocks: [] };

async function post(said: Saying, timeoutMs = 2_000) {
  await using server = await aServer(() => said);
  const posted = await httpWebhook(timeoutMs).post(`${server.url}${path}`, payload);
  expect(JSON.stringify(posted)).not.toMatch(/the-secret-part|127\.0\.0\.1/);
  return { posted, heard: server.heard };
}

describe('a webhook', () => {
  it('is sent JSON once, and has accepted it', async () => {
    const { posted, heard } = await post({ body: 'ok' });
    expect(posted).toEqual({ kind: 'accepted' });
    expect(heard).toMatchObject([
      {
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(payload),
      },
    ]);
  });

  it.each([
    ['30', 30],
    ['0.5', 0.5],
    ['0', undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('that asks to wait with Retry-After %s says so: %s', async (header, retryAfterSeconds) => {
    const headers = header === undefined ? {} : { 'retry-after': header };
    const { posted } = await post({ status: 429, headers, body: 'rate_limited' });
    expect(posted).toEqual({ kind: 'busy', retryAfterSeconds });
  });

  it.each([
    [400, 'invalid_payload'],
    [403, 'action_prohibited'],
    [404, 'no_service'],
    [500, '<html>'],
  ])('that answers %d has refused it, in its words', async (status, answer) => {
    expect((await post({ status, body: answer })).posted).toEqual({ kind: 'refused', status, answer });
  });

  it('that answers without end is heard for its beginning', async () => {
    const { posted } = await post({ status: 500, body: 'x'.repeat(10_000_000) });
    expect(posted).toEqual({ kind: 'refused', status: 500, answer: 'x'.repeat(200) });
  });

  it('that sends us elsewhere is not followed', async () => {
    await using elsewhere = await aServer(() => ({}));
    const { posted } = await post({ status: 307, headers: { location: elsewhere.url } });
    expect(posted).toMatchObject({ kind: 'unreachable' });
    expect(elsewhere.heard).toEqual([]);
  });

  it.each<[string, Saying, RegExp]>([
    ['says nothing', 'silence', /^TimeoutError$/],
    ['hangs up', 'cut', /^(?:UND_ERR_SOCKET|ECONNRESET)$/],
  ])('that %s is unreachable', async (_what, said, reason) => {
    const { posted } = await post(said, 150);
    expect(posted).toEqual({ kind: 'unreachable', reason: expect.stringMatching(reason) });
  });

  it('where nobody listens is unreachable, and says no more than why', async () => {
    const server = await aServer(() => ({}));
    await server[Symbol.asyncDispose]();
    const posted = await httpWebhook().post(`${server.url}${path}`, payload);
    expect(posted).toEqual({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  });

  it('whose URL is none is unreachable, and keeps it to itself', async () => {
    const posted = await httpWebhook().post('no URL with the-secret-part', payload);
    expect(posted).toEqual({ kind: 'unreachable', reason: 'ERR_INVALID_URL' });
  });
});
