import { describe, expect, it } from 'vitest';
import { aRunningRegistry } from '../../../builders/images.ts';
import { client, codesOf, digestOf } from './client.ts';

const text = 'the first bytes and the last';
const digest = digestOf(text);

describe('a blob', () => {
  it('is pushed by one POST', async () => {
    await using world = await aRunningRegistry();
    const { ask } = client(world.url);
    const response = await ask(`blobs/uploads/?digest=${digest}`, { method: 'POST', body: text });
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/v2/shop/web/blobs/${digest}`);
    expect(await (await ask(`blobs/${digest}`)).text()).toBe(text);
  });

  it('is pushed by POST and PUT', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin, put } = client(world.url);
    const response = await put(await begin(), digest, text);
    expect(response.status).toBe(201);
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    const head = await ask(`blobs/${digest}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(text.length)]);
  });

  it('is pushed in chunks, and says how far it came', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin, patch, put } = client(world.url);
    const location = await begin();
    const first = await patch(location, text.slice(0, 10), { 'Content-Range': '0-9' });
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-9']);
    const status = await ask(location);
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-9']);
    expect(status.headers.get('location')).toBe(location);
    expect((await put(location, digest, text.slice(10))).status).toBe(201);
    expect(await (await ask(`blobs/${digest}`)).text()).toBe(text);
  });

  it.each([
    ['begins after the next byte', '3-12'],
    ['begins with what is there already', '0-9'],
    ['ends before it begins', '9-3'],
    ['has no numbers', 'all'],
  ])('refuses a chunk that %s', async (_what, range) => {
    await using world = await aRunningRegistry();
    const { begin, patch, put } = client(world.url);
    const location = await begin();
    await patch(location, 'ab', { 'Content-Range': '0-1' });
    const response = await patch(location, text.slice(0, 10), { 'Content-Range': range });
    expect([response.status, response.headers.get('range')]).toEqual([416, '0-1']);
    expect((await put(location, digestOf('abc'), 'c')).status).toBe(201);
  });

  it('refuses a chunk whose length is not what its range says', async () => {
    await using world = await aRunningRegistry();
    const { begin, patch } = client(world.url);
    const response = await patch(await begin(), 'abc', { 'Content-Range': '0-9' });
    expect([response.status, await codesOf(response)]).toEqual([400, ['SIZE_INVALID']]);
  });

  it('is refused with another digest than its own, and the upload is over', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin, put } = client(world.url);
    const location = await begin();
    const response = await put(location, digestOf('else'), text);
    expect([response.status, await codesOf(response)]).toEqual([400, ['DIGEST_INVALID']]);
    expect((await ask(`blobs/${digestOf('else')}`)).status).toBe(404);
    expect((await ask(location)).status).toBe(404);
    expect(world.registry.heldBytes).toBe(0);
  });

  it('is refused without a digest, and with one that is none', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin, put } = client(world.url);
    const location = await begin();
    expect(await codesOf(await ask(location, { method: 'PUT', body: text }))).toEqual(['DIGEST_INVALID']);
    expect(await codesOf(await put(location, 'sha256:abc', text))).toEqual(['DIGEST_INVALID']);
    expect((await put(location, digest, text)).status).toBe(201);
  });

  it('may be empty', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin, put } = client(world.url);
    await put(await begin(), digestOf(''));
    const response = await ask(`blobs/${digestOf('')}`);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('is mounted from another repository, or uploaded where that has it not', async () => {
    await using world = await aRunningRegistry();
    await client(world.url, 'shop/base').blob(text);
    const { ask } = client(world.url);
    const mount = (from: string) => ask(`blobs/uploads/?mount=${digest}&from=${from}`, { method: 'POST' });
    const missing = await mount('shop/none');
    expect([missing.status, missing.headers.get('location')]).toEqual([
      202,
      expect.stringContaining('/v2/shop/web/blobs/uploads/'),
    ]);
    expect((await ask(`blobs/${digest}`)).status).toBe(404);
    expect((await mount('shop/base')).status).toBe(201);
    expect(await (await ask(`blobs/${digest}`)).text()).toBe(text);
    expect(world.registry.heldBytes).toBe(text.length);
  });
});

describe('a range of a blob', () => {
  it.each([
    ['bytes=0-2', 206, 'the', 'bytes 0-2/28'],
    ['bytes=24-', 206, 'last', 'bytes 24-27/28'],
    ['bytes=-4', 206, 'last', 'bytes 24-27/28'],
    ['bytes=24-99', 206, 'last', 'bytes 24-27/28'],
    ['lines=1-2', 200, text, null],
    ['bytes=0-1,3-4', 200, text, null],
  ])('%s is answered with %i', async (range, ...expected) => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    await to.blob(text);
    const response = await to.ask(`blobs/${digest}`, { headers: { Range: range } });
    const contentRange = response.headers.get('content-range');
    expect([response.status, await response.text(), contentRange]).toEqual(expected);
  });

  it.each(['bytes=28-', 'bytes=5-2'])('%s lies outside', async (range) => {
    await using world = await aRunningRegistry();
    const to = client(world.url);
    await to.blob(text);
    const response = await to.ask(`blobs/${digest}`, { headers: { Range: range } });
    expect([response.status, await codesOf(response)]).toEqual([416, ['RANGE_INVALID']]);
    expect(response.headers.get('content-range')).toBe('bytes */28');
  });
});

describe('an upload', () => {
  it('is cancelled, and then unknown', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin, patch, put } = client(world.url);
    const location = await begin();
    await patch(location, 'abc');
    expect((await ask(location, { method: 'DELETE' })).status).toBe(204);
    expect(await codesOf(await ask(location))).toEqual(['BLOB_UPLOAD_UNKNOWN']);
    expect(await codesOf(await patch(location, 'abc'))).toEqual(['BLOB_UPLOAD_UNKNOWN']);
    expect(await codesOf(await put(location, digest, text))).toEqual(['BLOB_UPLOAD_UNKNOWN']);
    expect(world.registry.heldBytes).toBe(0);
  });

  it('belongs to its repository', async () => {
    await using world = await aRunningRegistry();
    const location = await client(world.url).begin();
    const other = location.replace('shop/web', 'shop/worker');
    expect((await client(world.url).ask(other)).status).toBe(404);
  });

  it('is forgotten when nobody touches it for a quarter of an hour', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin, patch } = client(world.url);
    const location = await begin();
    world.clock.advance(14 * 60_000);
    await patch(location, 'abc');
    world.clock.advance(14 * 60_000);
    expect((await ask(location)).status).toBe(204);
    world.clock.advance(60_000);
    expect((await ask(location)).status).toBe(404);
  });
});
