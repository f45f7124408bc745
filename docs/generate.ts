import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { publishedRolloutSchema } from '../events/published/rollout/schema.ts';
import { publishedSystemSchema } from '../events/published/system/schema.ts';
import { publishedTargetSchema } from '../events/published/target/schema.ts';
import { jsonSchema, type ReferenceRow, referenceRows } from '../shared/config/reference.ts';

const start = '<!-- defaults:start -->';
const end = '<!-- defaults:end -->';

/** The table of every key of `slipway.yml`, in Markdown. */
export function defaultsTable(rows: readonly ReferenceRow[]): string {
  const lines = rows.map((row) => {
    const cells = [`\`${row.key}\``, row.type, row.default, row.meaning];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| key | type | default | meaning |', '|---|---|---|---|', ...lines].join('\n');
}

/** The page with the table between its two markers. Throws where the markers are missing. */
export function withTable(page: string, table: string): string {
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`The page needs the lines ${start} and ${end}.`);
  return `${page.slice(0, from + start.length)}\n${table}\n${page.slice(to)}`;
}

/** The JSON Schema as text; a text that says the same stays as the formatter laid it out. */
export function schemaText(now: string, schema: object): string {
  const isSame = JSON.stringify(schema) === compact(now);
  return isSame ? now : `${JSON.stringify(schema, null, 2)}\n`;
}

function compact(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** Names the generated files that are not what the schema says, after writing them unless it is a check. */
export async function generate(
  folder: string,
  { check }: { readonly check: boolean },
): Promise<readonly string[]> {
  const makers: Readonly<Record<string, (now: string) => string>> = {
    'docs/slipway-yml.schema.json': (now) => schemaText(now, jsonSchema()),
    'events/published/rollout/schema.json': (now) => schemaText(now, publishedRolloutSchema()),
    'events/published/target/schema.json': (now) => schemaText(now, publishedTargetSchema()),
    'events/published/system/schema.json': (now) => schemaText(now, publishedSystemSchema()),
    'README.md': (page) => (page === '' ? page : withTable(page, defaultsTable(referenceRows()))),
  };
  const stale: string[] = [];
  for (const [name, make] of Object.entries(makers)) {
    const path = resolve(folder, name);
    const now = await readFile(path, 'utf8').catch(() => '');
    const wanted = make(now);
    if (now === wanted) continue;
    stale.push(name);
    if (check) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, wanted);
  }
  return stale;
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const stale = await generate(resolve(import.meta.dirname, '..'), { check });
  for (const name of stale)
    process.stdout.write(`${name}: ${check ? 'stale, run `node docs/generate.ts`' : 'written'}\n`);
  process.exitCode = check && stale.length > 0 ? 1 : 0;
}
