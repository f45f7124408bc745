import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../shared/config/load.ts';

const good = (cluster: string) => `version: 1\nclusters: [${cluster}]\npermissions: { passRoles: [] }\n`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-load-'));
  await writeFile(join(folder, 'slipway.yml'), good('plain'));
  await writeFile(join(folder, 'slipway.prod.yml'), good('prod'));
  await writeFile(join(folder, 'marked.yml'), `\ufeff${good('marked')}`);
  await writeFile(join(folder, 'latin.yml'), Buffer.from('version: 1 # Ger\xe4t', 'latin1'));
  await writeFile(join(folder, 'huge.yml'), `${good('a')}#${'x'.repeat(70_000)}`);
  await mkdir(join(folder, 'folder.yml'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('loadConfig', () => {
  it.each([
    ['slipway.yml', {}, ['slipway.yml', 'plain']],
    ["the stage's own file where there is one", { stage: 'prod' }, ['slipway.prod.yml', 'prod']],
    ['slipway.yml for any other stage', { stage: 'dev' }, ['slipway.yml', 'plain']],
    [
      'the file that is named, whatever the stage',
      { file: 'marked.yml', stage: 'prod' },
      ['marked.yml', 'marked'],
    ],
  ])('reads %s', async (_what, where, expected) => {
    const [file, cluster] = expected;
    const loaded = await loadConfig({ folder, ...where });
    expect(loaded).toMatchObject({ ok: true, file, config: { clusters: [{ name: cluster }] } });
  });

  it.each([
    ['is missing', { file: 'none.yml' }, 'there is no such file'],
    ['is no text in UTF-8', { file: 'latin.yml' }, 'the file is not UTF-8'],
    ['is too large', { file: 'huge.yml' }, 'the file has 70057 bytes'],
    ['is a folder', { file: 'folder.yml' }, 'is no regular file'],
    ['lies below a file', { file: 'slipway.yml/x.yml' }, 'cannot be read (ENOTDIR)'],
    ['has a name that no file can have', { file: 'a\0b' }, 'cannot be read (ERR_INVALID_ARG_VALUE)'],
    ['is of a stage that leads elsewhere', { stage: '../../etc/x' }, 'is no name of a stage'],
  ])('a file that %s is a problem at its first line', async (_how, where, problem) => {
    const loaded = await loadConfig({ folder, ...where });
    expect(loaded).toMatchObject({ ok: false, problems: [{ line: 1, column: 1 }] });
    if (!loaded.ok) expect(loaded.problems[0]?.problem).toContain(problem);
  });

  it('asks for permissions when the stack is packaged', async () => {
    await writeFile(join(folder, 'bare.yml'), 'version: 1\nclusters: [a]');
    expect(await loadConfig({ folder, file: 'bare.yml' })).toMatchObject({ ok: true });
    expect(await loadConfig({ folder, file: 'bare.yml', forPackaging: true })).toMatchObject({ ok: false });
  });
});

it('the example at the root packages', async () => {
  const root = join(import.meta.dirname, '../../..');
  expect(await loadConfig({ folder: root, forPackaging: true })).toMatchObject({ ok: true, warnings: [] });
});
