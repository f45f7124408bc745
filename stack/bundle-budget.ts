import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SlipwayConfig } from '../shared/config/types.ts';
import { bundle } from './bundle.ts';

const project = join(import.meta.dirname, '..');

const budgetFile = join(import.meta.dirname, 'bundle-budget.json');

type Sizes = Readonly<Record<string, number>>;

/** What is wrong: a bundle over its budget, a function without one, a budget without a function. */
export function budgetProblems(sizes: Sizes, budget: Sizes): readonly string[] {
  const names = [...new Set([...Object.keys(sizes), ...Object.keys(budget)])].toSorted();
  return names.flatMap((name) => {
    const size = sizes[name];
    const most = budget[name];
    if (size === undefined) return [`${name}: there is a budget and no such function`];
    if (most === undefined) return [`${name}: ${size} bytes, and no budget in stack/bundle-budget.json`];
    return size > most ? [`${name}: ${size} bytes, ${size - most} over its budget of ${most}`] : [];
  });
}

/** Bytes of index.mjs of every function of the project. */
export async function bundleSizes(): Promise<Sizes> {
  const names = (await readdir(join(project, 'functions'))).toSorted();
  const sizes = names.map(async (name) => [name, await sizeOf(name)] as const);
  return Object.fromEntries(await Promise.all(sizes));
}

const config: SlipwayConfig = {
  version: 1,
  mode: 'act',
  clusters: [],
  deploy: [],
  reconcileMs: 900_000,
  share: 70,
  notify: [],
};

async function sizeOf(name: string): Promise<number> {
  const { files } = await bundle({ root: project, name, config });
  return files.find((file) => file.name === 'index.mjs')?.contents.length ?? 0;
}

async function main(): Promise<number> {
  const budget = JSON.parse(await readFile(budgetFile, 'utf8')) as Sizes;
  const sizes = await bundleSizes();
  const problems = budgetProblems(sizes, budget);
  for (const [name, size] of Object.entries(sizes)) console.log(`${name} ${size} of ${budget[name]} bytes`);
  for (const problem of problems) console.error(problem);
  return problems.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main();
