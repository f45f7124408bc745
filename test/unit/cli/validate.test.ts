import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slipway } from './terminal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-validate-'));
  await writeFile(
    join(folder, 'slipway.yml'),
    'version: 1\nclusters: [prod]\npermissions: { passRoles: [a] }\n',
  );
  await writeFile(join(folder, 'slipway.dev.yml'), 'version: 1\nclusters: [dev, test]\n');
  await writeFile(
    join(folder, 'bad.yml'),
    'version: 1\nclusters: [prod]\nmod: act\ndeploy: [{ image: a:1 }]\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe('slipway validate', () => {
  it('says that slipway.yml is valid, and what is in it', async () => {
    expect(await slipway(['validate'], { folder })).toEqual({
      code: 0,
      stdout: 'valid  slipway.yml: 1 cluster, 0 deploy rules, 0 channels, mode act\n',
      stderr: '',
    });
  });

  it('misses permissions on standard error, which is no failure', async () => {
    const { code, stdout, stderr } = await slipway(['validate', '--stage', 'dev'], { folder });
    expect(code).toBe(0);
    expect(stdout).toBe('valid  slipway.dev.yml: 2 clusters, 0 deploy rules, 0 channels, mode act\n');
    expect(stderr).toMatch(/^warning {2}slipway\.dev\.yml:1:1 {2}permissions {2}`permissions` is missing/);
  });

  it('prints every problem with its place and fix, and fails', async () => {
    const { code, stdout, stderr } = await slipway(['validate', 'bad.yml'], { folder });
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'bad.yml:3:1  mod  unknown key `mod` → did you mean `mode`?',
      expect.stringMatching(/^bad\.yml:4:10 {2}deploy\[0]\.tags {2}`tags` is missing → /),
      expect.stringMatching(/^bad\.yml:4:19 {2}deploy\[0]\.image {2}`a:1` is an image with a tag/),
      '',
    ]);
    expect(stderr).toBe('3 problems: nothing would be deployed\n');
  });

  it('prints one JSON document for machines, good or bad', async () => {
    const good = await slipway(['validate', '--json'], { folder });
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({
      ok: true,
      file: 'slipway.yml',
      config: { mode: 'act' },
      warnings: [],
    });
    const bad = await slipway(['validate', 'bad.yml', '--json'], { folder });
    expect(bad).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(bad.stdout)).toMatchObject({
      ok: false,
      file: 'bad.yml',
      problems: [{ line: 3, column: 1, path: 'mod', fix: 'did you mean `mode`?' }, {}, {}],
    });
  });

  it('a file that is not there is a problem', async () => {
    const { code, stdout } = await slipway(['validate', 'none.yml'], { folder });
    expect(code).toBe(1);
    expect(stdout).toContain('none.yml:1:1  there is no such file');
  });
});

describe('the command line', () => {
  it.each([
    ['an unknown command', ['valdate'], "error: unknown command 'valdate'\n(Did you mean validate?)"],
    ['an unknown option', ['validate', '--jsn'], "error: unknown option '--jsn'\n(Did you mean --json?)"],
    ['one argument too many', ['validate', 'a', 'b'], 'error: too many arguments'],
    ['no command', [], 'Usage: slipway'],
  ])('%s is wrong usage', async (_what, args, words) => {
    const { code, stdout, stderr } = await slipway(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('help names the verbs and the exit codes', async () => {
    const { code, stdout } = await slipway(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('validate [options] [file]');
    expect(stdout).toContain('2   the command line is wrong');
  });

  it('knows its version', async () => {
    expect(await slipway(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});
