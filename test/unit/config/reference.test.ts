import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultsTable, generate, withTable } from '../../../docs/generate.ts';
import { notYet } from '../../../shared/config/not-yet.ts';
import { referenceRows, schemaAt } from '../../../shared/config/reference.ts';
import { slipwayYml } from '../../../shared/config/schema.ts';
import { OPTION_KEYS, RULE_KEYS } from '../../../shared/domain/tag-policy/policy.ts';

const root = resolve(import.meta.dirname, '../../..');

describe('the reference', () => {
  const rows = referenceRows();

  it('has every key once, with what it means and what happens without it', () => {
    const keys = rows.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(rows.filter(({ meaning, default: without }) => meaning === '' || without === '')).toEqual([]);
  });

  it.each([
    ['version', 'required'],
    ['mode', '`act`'],
    ['clusters[].adoptByTag', '`false`'],
    ['deploy[].base', '`running`'],
    ['deploy[].services', 'every service of `clusters` that runs the image'],
    ['deploy[].first', 'none: all alike'],
    ['deploy[].parallel', '`20`'],
    ['deploy[].every', '`60s`'],
    ['deploy[].schedules', '`false`'],
    ['reconcile', '`15m`'],
    ['pacing.share', '`70`'],
    ['deploy[].tags.allowDowngrade', '`false`'],
    ['notify[].slack.credentials', 'required'],
  ])('%s: %s', (key, without) => {
    expect(rows.find((row) => row.key === key)?.default).toBe(without);
  });

  it('shows the defaults that parsing fills in', () => {
    const parsed = slipwayYml.parse({ version: 1, clusters: ['a'] });
    expect(parsed).toEqual({
      version: 1,
      clusters: ['a'],
      mode: 'act',
      deploy: [],
      reconcile: '15m',
      pacing: { share: 70 },
      notify: [],
    });
  });

  it.each([
    ['deploy[].every', 'duration, 0s to 24h'],
    ['deploy[].timeout', 'duration, 1s to 24h'],
    ['deploy[].bake', 'duration, 0s to 7d'],
    ['reconcile', 'whole minutes, 1m to 24h'],
    ['pacing.share', 'whole number'],
  ])('%s: a %s', (key, type) => {
    expect(rows.find((row) => row.key === key)?.type).toBe(type);
  });

  it('shows the keys of a tag policy that the domain knows', () => {
    expect(schemaAt('deploy[].tags').keys.toSorted()).toEqual([...RULE_KEYS, ...OPTION_KEYS].toSorted());
  });

  it('knows no key that is refused as not there yet', () => {
    for (const [place, keys] of Object.entries(notYet)) {
      expect(schemaAt(place).keys).not.toHaveLength(0);
      expect(schemaAt(place).keys).not.toEqual(expect.arrayContaining([...keys]));
    }
  });
});

describe('the generated files', () => {
  it('say what the schema says (if not: node docs/generate.ts)', async () => {
    expect(await generate(root, { check: true })).toEqual([]);
  });

  it('are written where they are stale, and only then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-docs-'));
    await writeFile(join(folder, 'README.md'), 'a\n<!-- defaults:start -->\nold\n<!-- defaults:end -->\nb\n');
    await expect(generate(folder, { check: true })).resolves.toEqual([
      'docs/slipway-yml.schema.json',
      'events/published/rollout/schema.json',
      'events/published/target/schema.json',
      'events/published/system/schema.json',
      'README.md',
    ]);
    await expect(generate(folder, { check: false })).resolves.toHaveLength(5);
    await expect(generate(folder, { check: true })).resolves.toEqual([]);
    const page = await readFile(join(folder, 'README.md'), 'utf8');
    expect(page).toContain('| `mode` | `act` or `observe` | `act` |');
    expect(page).toMatch(/^a\n.*\nb\n$/s);
    await rm(folder, { recursive: true });
  });

  it('escape what would break the table', () => {
    const table = defaultsTable([{ key: 'a', type: 'x|y', default: '', meaning: 'm' }]);
    expect(table).toContain('| `a` | x\\|y |  | m |');
  });

  it('a page without the markers is a mistake', () => {
    expect(() => withTable('# Slipway', '')).toThrow('<!-- defaults:start -->');
  });
});
