import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exitCodes } from '../../cli/output.ts';
import { generate } from '../../docs/generate.ts';
import packageFile from '../../package.json' with { type: 'json' };
import { scan } from '../../scripts/words/rules.ts';
import { parseConfig } from '../../shared/config/parse.ts';
import { noticeKinds, severities } from '../../shared/domain/notice.ts';
import { causes, openPhases, outcomes } from '../../shared/domain/target/rollout.ts';
import { alarms } from '../../stack/alarms.ts';
import { wildcards } from '../../stack/iam/wildcards.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...globSync('docs/**/*.md', { cwd: root }),
];
const everyPage = pages.map((page) => [page] as const);
const operations = () => read('docs/operations.md');

function all(pattern: RegExp, text: string): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

/** A page without its blocks of code, in which nothing is a link. */
function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '');
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function brokenLinks(page: string, text = read(page)): readonly string[] {
  return all(/\]\(([^)\s]+)\)/g, prose(text))
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => {
      const [path = '', fragment] = link.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(root, file))) return true;
      return (
        fragment !== undefined &&
        !all(/^#+ (.+)$/gm, read(file))
          .map(anchor)
          .includes(fragment)
      );
    });
}

/** Code spans that look like a file or folder of this repository. */
function missingPaths(text: string): readonly string[] {
  const known = /^(?:bench|cli|docs|events|functions|sandbox|scripts|shared|stack|test|\.ci)\/[\w./-]*$/;
  return all(/`([^`\n]+)`/g, prose(text)).filter((span) => known.test(span) && !existsSync(join(root, span)));
}

/** Members of `export type NAME = 'a' | 'b'` as they stand in the source: types leave nothing to ask at run time. */
function members(path: string, name: string): readonly string[] {
  const body = new RegExp(`export type ${name} =([^;]*);`).exec(read(path))?.[1] ?? '';
  return all(/'([^']+)'/g, body);
}

const reasons = [
  ['functions/image-pushed/classify.ts', 'Ignored', 10],
  ['functions/image-pushed/decide/rule.ts', 'NoRule', 3],
  ['functions/image-pushed/decide.ts', 'SkipReason', 11],
  ['shared/domain/service.ts', 'Obstacle', 5],
  ['shared/domain/tag-policy/policy.ts', 'UnwantedReason', 9],
  ['shared/domain/tag-policy/policy.ts', 'NoTagReason', 3],
] as const;

/** Static outcomes of the journal; `kind: 'end'` names how a rollout ends. */
function journalOutcomes(): readonly string[] {
  const sources = globSync('functions/**/*.ts', { cwd: root }).map(read).join('\n');
  const ends = new Set<string>(outcomes);
  const chosen = all(/'(target [a-z ]+|waits for [a-z ]+|left alone [a-z ]+)'/g, sources);
  const told = all(/\boutcome: '([^']+)'/g, sources);
  return [...new Set([...told, ...chosen])].filter((outcome) => !ends.has(outcome));
}

describe('the documentation', () => {
  it('has the pages that readers are sent to', () => {
    expect(pages.length).toBeGreaterThan(15);
    for (const file of ['LICENSE', 'NOTICE']) expect(existsSync(join(root, file))).toBe(true);
  });

  it.each(everyPage)('%s links to what exists', (page) => {
    expect(brokenLinks(page)).toEqual([]);
  });

  it.each(everyPage)('%s names files and folders that exist', (page) => {
    expect(missingPaths(read(page))).toEqual([]);
  });

  it.each(everyPage)('%s names scripts that package.json has', (page) => {
    const scripts = Object.keys(packageFile.scripts);
    expect(all(/\bnpm run ([\w:-]+)/g, read(page)).filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it.each(everyPage)('%s says nothing that the repository may not say', (page) => {
    expect(scan(page, read(page))).toEqual([]);
  });

  it('is seen through where a link, a heading or a file is missing', () => {
    const planted =
      '[a](gone.md) [b](docs/operations.md#gone) [c](docs/operations.md#alarms) `shared/gone.ts`';
    expect(brokenLinks('README.md', planted)).toEqual(['gone.md', 'docs/operations.md#gone']);
    expect(missingPaths(planted)).toEqual(['shared/gone.ts']);
    expect(members('functions/image-pushed/classify.ts', 'NoSuchType')).toEqual([]);
  });
});

describe('operations.md', () => {
  it.each(reasons)('explains every reason of %s: %s', (path, name, atLeast) => {
    const named = members(path, name);
    expect(named.length).toBeGreaterThanOrEqual(atLeast);
    expect(named.filter((reason) => !operations().includes(`\`${reason}\``))).toEqual([]);
  });

  it('explains every outcome of the log', () => {
    const named = journalOutcomes();
    expect(named.length).toBeGreaterThan(45);
    expect(named.filter((outcome) => !operations().includes(`\`${outcome}\``))).toEqual([]);
  });

  it('explains how a rollout ends, every phase before that and every kind of notice', () => {
    const kinds = noticeKinds.map((kind) => kind.replace('rollout.', ''));
    const words = [
      ...outcomes,
      ...openPhases,
      ...kinds.filter((kind) => !['observed', 'started'].includes(kind)),
    ];
    expect(words.filter((word) => !operations().includes(`| \`${word}\` |`))).toEqual([]);
    for (const kind of ['rollout.started', 'rollout.observed']) expect(operations()).toContain(`\`${kind}\``);
    for (const severity of severities) expect(operations()).toContain(`| ${severity} |`);
  });

  it('says of every alarm what it means', () => {
    const names = Object.keys(alarms({ reconcileMs: 900_000 }));
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !operations().includes(`\`${name}\``))).toEqual([]);
  });

  it('says of every queue that keeps something for a person what becomes of it', () => {
    const { Resources } = parse(read('stack/resources/queues.yml'), { logLevel: 'error' }) as {
      readonly Resources: Readonly<Record<string, unknown>>;
    };
    const kept = Object.keys(Resources).filter((name) => !name.endsWith('Queue'));
    expect(kept.length).toBeGreaterThan(9);
    const rows = all(/^\| (`.*)$/gm, operations().slice(operations().indexOf('\n## Dead letters'))).join(
      '\n',
    );
    expect(kept.filter((name) => !rows.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('architecture.md', () => {
  it('names every cause of a rollout, and every list of what is due', () => {
    const page = read('docs/architecture.md');
    expect(causes.filter((cause) => !page.includes(`\`${cause}\``))).toEqual([]);
    const sources = globSync('shared/records/*.ts', { cwd: root }).map(read).join('\n');
    const lists = all(/^export const \w*[dD]ue = '([^']+)'/gm, sources);
    expect(lists.length).toBeGreaterThan(4);
    expect(lists.filter((list) => !page.includes(`| \`${list}\` |`))).toEqual([]);
  });

  it('names every kind of item', () => {
    const sources = globSync('{shared/records,functions/reconcile}/*.ts', { cwd: root }).map(read).join('\n');
    const kinds = all(/\bpk: [`']([a-z]+)/g, sources);
    expect(new Set(kinds).size).toBeGreaterThan(11);
    const page = read('docs/architecture.md');
    expect(kinds.filter((kind) => !new RegExp(`^\\|.*\`${kind}[#\`]`, 'm').test(page))).toEqual([]);
  });
});

describe('the decisions', () => {
  const files = globSync('docs/decisions/0*.md', { cwd: root }).toSorted();

  it('stand in the index, in their order, with context, decision and consequences', () => {
    const linked = all(/^\| \[\d{4}\]\(([^)]+)\) \|/gm, read('docs/decisions/README.md'));
    expect(linked.map((file) => `docs/decisions/${file}`)).toEqual(files);
    const complete =
      /^# \d{4}: \S[\s\S]*\*\*Context\.\*\*[\s\S]*\*\*Decision\.\*\*[\s\S]*\*\*Consequences\.\*\*/;
    expect(files.filter((file) => !complete.test(read(file)))).toEqual([]);
  });
});

describe('security.md', () => {
  it('gives the reason of every action that is allowed on *', () => {
    const page = read('docs/security.md');
    expect(Object.keys(wildcards).filter((action) => !page.includes(`\`${action}\``))).toEqual([]);
  });
});

describe('README.md', () => {
  const blocks = all(/^```yaml\n([\s\S]*?)^```/gm, read('README.md')).filter((text) =>
    /^version:/m.test(text),
  );

  it('shows a slipway.yml that is valid as it stands', () => {
    expect(blocks.length).toBeGreaterThan(0);
    expect(blocks.map((text) => parseConfig(text, { forPackaging: true })).map(({ ok }) => ok)).toEqual(
      blocks.map(() => true),
    );
  });

  it('holds what the generator makes of the schema', async () => {
    expect(await generate(root, { check: true })).toEqual([]);
  });

  it('counts the alarms that an idle stack pays for', () => {
    expect(read('README.md')).toContain(
      `| alarms | ${Object.keys(alarms({ reconcileMs: 900_000 })).length} alarm-month |`,
    );
  });

  it('tells of every verb and exit code of the command line', () => {
    const verbs = globSync('cli/*.ts', { cwd: root }).flatMap((path) =>
      all(/\.command\('([\w-]+)'\)/g, read(path)),
    );
    expect(verbs.length).toBeGreaterThan(3);
    expect(verbs.filter((verb) => !new RegExp(`^\\| \`${verb}[ \`]`, 'm').test(read('README.md')))).toEqual(
      [],
    );
    const told = all(/^\| (\d+) \| .*$/gm, read('README.md')).map(Number);
    expect(told).toEqual(expect.arrayContaining(Object.values(exitCodes)));
  });

  it('says how every function is switched off, by a parameter that the stack has', () => {
    const { functions, params } = parse(read('serverless.yml'), { logLevel: 'error' }) as {
      readonly functions: Readonly<Record<string, unknown>>;
      readonly params: { readonly default: Readonly<Record<string, unknown>> };
    };
    const named = all(/--param ([\w-]+)=/g, [read('README.md'), operations()].join('\n'));
    expect(named.filter((name) => !Object.hasOwn(params.default, name))).toEqual([]);
    expect(Object.keys(functions).filter((name) => !named.includes(name))).toEqual([]);
  });
});
