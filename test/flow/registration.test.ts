import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../sandbox/clock.ts';
import { MemoryTable } from '../../sandbox/embedded/memory-table.ts';
import { type JsonObject, parseLossless } from '../../shared/domain/lossless-json.ts';
import { Unavailable } from '../../shared/faults.ts';
import {
  claimRegistration,
  claimSoon,
  deferRegistration,
  noteRegistered,
  registrationKey,
  releaseRegistration,
} from '../../shared/records/registration-record.ts';
import { arn, at } from '../builders/rollouts.ts';

const content = {
  family: 'web',
  cpu: '256',
  containerDefinitions: [
    { name: 'app', image: 'a', cpu: 0, command: ['b', 'a'] },
    { name: 'proxy', image: 'b' },
  ],
  tags: [
    { key: 'team', value: 'shop' },
    { key: 'cost', value: '7' },
    { key: 'slipway:rollout', value: 'prod/web/1' },
  ],
};
const id = registrationKey(content, 'push 1');
const web = 'prod/web/1';
const api = 'prod/api/4';

describe('two registrations are the same', () => {
  it.each<[string, JsonObject, string]>([
    [
      'for two rollouts',
      { ...content, tags: [...content.tags.slice(0, 2), { key: 'slipway:rollout', value: api }] },
      'push 1',
    ],
    ['with members in another order', Object.fromEntries(Object.entries(content).toReversed()), 'push 1'],
    [
      'with its containers in another order',
      { ...content, containerDefinitions: content.containerDefinitions.toReversed() },
      'push 1',
    ],
    ['with its tags in another order', { ...content, tags: content.tags.toReversed() }, 'push 1'],
    ['with a member that is not there', { ...content, memory: undefined }, 'push 1'],
  ])('%s', (_what, input, why) => {
    expect(registrationKey(input, why)).toBe(id);
  });

  it.each<[string, JsonObject, string]>([
    ['for two reasons', content, 'push 2'],
    ['of two families', { ...content, family: 'api' }, 'push 1'],
    ['with other tags', { ...content, tags: [] }, 'push 1'],
    ['with other containers', { ...content, containerDefinitions: [{}, { name: 'app' }] }, 'push 1'],
    [
      'with arguments in another order',
      {
        ...content,
        containerDefinitions: content.containerDefinitions.map((one) => ({ ...one, command: ['a', 'b'] })),
      },
      'push 1',
    ],
    [
      'with a number that is another one',
      parseLossless(JSON.stringify(content).replace('"cpu":0', '"cpu":0.10')) as JsonObject,
      'push 1',
    ],
  ])('but not %s', (_what, input, why) => {
    expect(registrationKey(input, why)).not.toBe(id);
  });

  it('but not with a list in another order in which two have one name', () => {
    const twice = (...images: string[]) => ({ list: images.map((image) => ({ name: 'x', image })) });
    expect(registrationKey(twice('a', 'b'), '')).not.toBe(registrationKey(twice('b', 'a'), ''));
  });

  it('with no tags and with ours alone', () => {
    const { tags: _tags, ...bare } = content;
    expect(registrationKey({ ...bare, tags: content.tags.slice(2) }, '')).toBe(registrationKey(bare, ''));
  });
});

describe('a registration', () => {
  const claim = (table: MemoryTable, rollout: string, second: number) =>
    claimRegistration(table, id, { rollout, now: at(second) });

  it('is made by the first to ask, and used by the others', async () => {
    const table = new MemoryTable();
    expect(await claim(table, web, 0)).toEqual({
      kind: 'mine',
      lookFirst: false,
      since: at(0),
      rollout: web,
    });
    expect(await claim(table, api, 1)).toEqual({ kind: 'busy', at: at(3) });
    expect(await noteRegistered(table, id, { revision: arn(2), now: at(2) })).toBe(arn(2));
    expect(await claim(table, api, 3)).toEqual({ kind: 'registered', revision: arn(2) });
  });

  it('is made anew for a target that runs a younger one: what is wanted last is the newest of its family', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    await noteRegistered(table, id, { revision: arn(3), now: at(1) });
    const from = (running: string) =>
      claimRegistration(table, id, { rollout: api, now: at(2), base: arn(1), running });
    expect(await from(arn(2))).toEqual({ kind: 'registered', revision: arn(3) });
    expect(await from(arn(9, 'other'))).toEqual({
      kind: 'registered',
      revision: arn(3),
    });
    expect(await from(arn(4))).toMatchObject({ kind: 'mine', lookFirst: false });
    await noteRegistered(table, id, { revision: arn(5), now: at(3) });
    expect(await from(arn(4))).toEqual({ kind: 'registered', revision: arn(5) });
  });

  it('is made once by twenty who come at the same moment', async () => {
    const table = new MemoryTable();
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, one) => claim(table, `prod/web-${one}/1`, 0)),
    );
    expect(claims.filter(({ kind }) => kind === 'mine')).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'busy')).toHaveLength(19);
  });

  it('that was begun and not heard of again is looked for by its own rollout at once', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    expect(await claim(table, web, 5)).toEqual({ kind: 'mine', lookFirst: true, since: at(0), rollout: web });
  });

  it('and by others after a minute, with the tag that it was sent with', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    expect(await claim(table, api, 59)).toEqual({ kind: 'busy', at: at(60) });
    expect(await claim(table, api, 60)).toEqual({
      kind: 'mine',
      lookFirst: true,
      since: at(0),
      rollout: web,
    });
    expect(await claim(table, web, 61)).toEqual({ kind: 'busy', at: at(63) });
  });

  it('that surely left nothing behind is free for the next', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    await releaseRegistration(table, id, web);
    expect(await claim(table, api, 1)).toEqual({
      kind: 'mine',
      lookFirst: false,
      since: at(1),
      rollout: api,
    });
  });

  it('that may have left something behind is looked for after it was given back as well', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    await claim(table, web, 5);
    await releaseRegistration(table, id, web);
    expect(await claim(table, api, 6)).toEqual({ kind: 'mine', lookFirst: true, since: at(0), rollout: web });
  });

  it('whose slot is far off is its holder’s to make then, and the others come after him', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    await deferRegistration(table, id, { rollout: web, slotAt: at(30) });
    expect(await claim(table, api, 1)).toEqual({ kind: 'busy', at: at(32) });
    expect(await claim(table, api, 35)).toEqual({ kind: 'busy', at: at(37) });
    expect(await claim(table, web, 36)).toEqual({
      kind: 'mine',
      lookFirst: false,
      since: at(36),
      rollout: web,
    });
  });

  it('whose holder does not come back for its slot is made by another', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    await deferRegistration(table, id, { rollout: web, slotAt: at(30) });
    expect(await claim(table, api, 39)).toEqual({ kind: 'busy', at: at(40) });
    expect(await claim(table, api, 40)).toMatchObject({ kind: 'mine', lookFirst: false, rollout: api });
  });

  it('that may have left something behind is looked for after its slot as well', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    await claim(table, web, 5);
    await deferRegistration(table, id, { rollout: web, slotAt: at(30) });
    await deferRegistration(table, id, { rollout: api, slotAt: at(99) });
    expect(await claim(table, web, 30)).toEqual({
      kind: 'mine',
      lookFirst: true,
      since: at(0),
      rollout: web,
    });
  });

  it('that somebody else makes just now is waited for', async () => {
    const table = new MemoryTable();
    const virtual = new VirtualClock(at(0));
    await claim(table, web, 0);
    const pause = async (ms: number) => {
      virtual.advance(ms);
      if (virtual.now() === at(0) + 900) await noteRegistered(table, id, { revision: arn(2), now: at(1) });
    };
    const clock = { now: () => virtual.now(), pause };
    expect(await claimSoon({ table, clock }, id, { rollout: api })).toEqual({
      kind: 'registered',
      revision: arn(2),
    });
    expect(virtual.now()).toBe(at(0) + 900);
  });

  it.each([
    ['some seconds at most', undefined, 2_700],
    ['not at all where it is far off', at(30), 0],
  ])('that somebody else makes is waited for %s', async (_what, slotAt, waitedMs) => {
    const table = new MemoryTable();
    const virtual = new VirtualClock(at(0));
    await claim(table, web, 0);
    if (slotAt !== undefined) await deferRegistration(table, id, { rollout: web, slotAt });
    const pause = (ms: number) => Promise.resolve(virtual.advance(ms));
    const claimed = await claimSoon({ table, clock: { now: () => virtual.now(), pause } }, id, {
      rollout: api,
    });
    expect([claimed.kind, virtual.now()]).toEqual(['busy', at(0) + waitedMs]);
  });

  it('is given back by its holder alone', async () => {
    const table = new MemoryTable();
    await releaseRegistration(table, id, web);
    await claim(table, web, 0);
    await releaseRegistration(table, id, api);
    expect((await claim(table, api, 1)).kind).toBe('busy');
  });

  it('that two made all the same is the one that was noted first', async () => {
    const table = new MemoryTable();
    expect(await noteRegistered(table, id, { revision: arn(2), now: at(0) })).toBe(arn(2));
    await claim(table, web, 0);
    await noteRegistered(table, id, { revision: arn(2), now: at(1) });
    expect(await noteRegistered(table, id, { revision: arn(3), now: at(2) })).toBe(arn(2));
  });

  it('is made again after a day, when somebody may have tidied it away', async () => {
    const table = new MemoryTable();
    await claim(table, web, 0);
    await noteRegistered(table, id, { revision: arn(2), now: at(0) });
    const day = 24 * 3_600;
    expect((await claim(table, api, day - 1)).kind).toBe('registered');
    expect(await claim(table, api, day)).toMatchObject({ kind: 'mine', lookFirst: false, since: at(day) });
    expect(await noteRegistered(table, id, { revision: arn(9), now: at(day) })).toBe(arn(9));
  });

  it('is nobody’s while others keep writing it', async () => {
    const table = Object.assign(new MemoryTable(), { write: () => Promise.resolve('conflict' as const) });
    await expect(claim(table, web, 0)).rejects.toThrow(Unavailable);
    const known = new MemoryTable();
    await claim(known, web, 0);
    Object.assign(known, { write: () => Promise.resolve('conflict' as const) });
    await expect(noteRegistered(known, id, { revision: arn(2), now: at(1) })).rejects.toThrow(Unavailable);
  });

  it('of a newer version of Slipway is left alone', async () => {
    const table = new MemoryTable();
    await table.write([{ pk: `registration#${id}`, sk: 'state', version: 1, body: { v: 2 } }]);
    await expect(claim(table, web, 0)).rejects.toThrow('newer version');
  });
});
