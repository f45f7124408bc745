import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aRunningRegistry } from '../../../builders/images.ts';
import { aManifest, client, codesOf, digestOf, ociImage } from './client.ts';

describe('what grows too large', () => {
  it.each([
    ['a blob', { blobBytes: 10 }],
    ['the whole registry', { totalBytes: 10 }],
  ])('is refused: %s', async (_what, limits) => {
    await using world = await aRunningRegistry({ limits });
    const { ask } = client(world.url);
    const body = 'x'.repeat(11);
    const response = await ask(`blobs/uploads/?digest=${digestOf(body)}`, { method: 'POST', body });
    expect([response.status, await codesOf(response)]).toEqual([413, ['SIZE_INVALID']]);
    expect(world.registry.heldBytes).toBe(0);
  });

  it('is refused as a manifest', async () => {
    await using world = await aRunningRegistry({ limits: { manifestBytes: 300 } });
    const to = client(world.url);
    const response = await to.manifest('1', await aManifest(to, { annotations: { a: 'x'.repeat(300) } }));
    expect([response.status, await codesOf(response)]).toEqual([413, ['SIZE_INVALID']]);
  });

  it('is refused as manifests that are too many together', async () => {
    await using world = await aRunningRegistry({ limits: { manifestTotalBytes: 600 } });
    const to = client(world.url);
    expect((await to.manifest('1', await aManifest(to, { annotations: { n: '1' } }))).status).toBe(201);
    expect((await to.manifest('2', await aManifest(to, { annotations: { n: '2' } }))).status).toBe(413);
  });

  it('is refused as uploads that nobody ends', async () => {
    await using world = await aRunningRegistry({ limits: { uploads: 2 } });
    const { ask, begin } = client(world.url);
    await begin();
    await begin();
    const response = await ask('blobs/uploads/', { method: 'POST' });
    expect([response.status, await codesOf(response)]).toEqual([429, ['TOOMANYREQUESTS']]);
  });

  it('is refused as repositories that are too many', async () => {
    await using world = await aRunningRegistry({ limits: { repositories: 1 } });
    await client(world.url, 'one').blob('x');
    const { begin, put } = client(world.url, 'two');
    expect((await put(await begin(), digestOf('x'), 'x')).status).toBe(413);
  });
});

describe('a large blob', () => {
  it('lies in a private folder while the server runs, and comes back whole', async () => {
    const body = 'large '.repeat(400_001);
    const before = new Set(spooled());
    const isOurs = (path: string) => existsSync(path) && statSync(path).size === body.length;
    const files = () => spooled().filter((path) => !before.has(path) && isOurs(path));
    {
      await using world = await aRunningRegistry();
      const { ask, begin, patch, put } = client(world.url);
      const location = await begin();
      await patch(location, body.slice(0, 700_000));
      await patch(location, body.slice(700_000, 1_500_000));
      expect((await put(location, digestOf(body), body.slice(1_500_000))).status).toBe(201);
      expect(files().map((path) => statSync(path).mode & 0o777)).toEqual([0o600]);
      expect(await (await ask(`blobs/${digestOf(body)}`)).text()).toBe(body);
      const range = await ask(`blobs/${digestOf(body)}`, { headers: { Range: 'bytes=600000-600004' } });
      expect(await range.text()).toBe('large');
    }
    expect(files()).toEqual([]);
  });

  it('leaves nothing when its upload is cancelled', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin, patch } = client(world.url);
    const location = await begin();
    await patch(location, 'x'.repeat(2_000_000));
    expect(world.registry.heldBytes).toBe(2_000_000);
    await ask(location, { method: 'DELETE' });
    expect(world.registry.heldBytes).toBe(0);
  });
});

describe('a connection that breaks', () => {
  it('in a PUT makes no blob, and the upload says what arrived', async () => {
    await using world = await aRunningRegistry();
    const { ask, begin } = client(world.url);
    const location = await begin();
    await breakOff(world.url, `PUT ${location}?digest=${digestOf('0123456789')}`, '01234');
    expect((await ask(`blobs/${digestOf('0123456789')}`)).status).toBe(404);
    expect((await ask(location)).headers.get('range')).toBe('0-4');
  });

  it('in a POST of a whole blob leaves nothing', async () => {
    await using world = await aRunningRegistry();
    const path = `/v2/shop/web/blobs/uploads/?digest=${digestOf('0123456789')}`;
    await breakOff(world.url, `POST ${path}`, '01234');
    expect(world.registry.heldBytes).toBe(0);
    expect(world.registry.repositories.size).toBe(0);
  });

  it('in a manifest puts no image', async () => {
    await using world = await aRunningRegistry();
    await breakOff(world.url, 'PUT /v2/shop/web/manifests/1', '{"sch');
    expect([world.events, world.registry.repositories.size]).toEqual([[], 0]);
  });
});

it('a page in a browser cannot push', async () => {
  await using world = await aRunningRegistry();
  const headers = { Origin: 'https://evil.example', 'Content-Type': ociImage };
  const response = await fetch(`${world.url}/v2/shop/web/blobs/uploads/`, { method: 'POST', headers });
  expect([response.status, await codesOf(response)]).toEqual([403, ['DENIED']]);
});

it('two writers of one upload do not mix', async () => {
  await using world = await aRunningRegistry();
  const { begin, patch } = client(world.url);
  const location = await begin();
  const socket = await send(world.url, `PATCH ${location}`, '01234');
  await pause(50);
  const second = await patch(location, 'abc');
  expect([second.status, await codesOf(second)]).toEqual([409, ['BLOB_UPLOAD_INVALID']]);
  socket.destroy();
});

/** Announces ten bytes and sends fewer. */
async function send(url: string, start: string, part: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${start} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n${part}`);
  return socket;
}

async function breakOff(url: string, start: string, part: string): Promise<void> {
  const socket = await send(url, start, part);
  await pause(50);
  socket.destroy();
  await pause(50);
}

/** Other tests spool at the same time. */
function spooled(): string[] {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('slipway-registry-'));
  return folders.map((name) => join(tmpdir(), name, 'blob-1'));
}
