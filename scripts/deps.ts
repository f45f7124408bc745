import { existsSync, globSync } from 'node:fs';
import { blindSpots, cruise } from './deps/cruise.ts';

const folders = [
  'functions',
  'shared',
  'events',
  'cli',
  'sandbox',
  'stack',
  'bench',
  'scripts',
  'docs',
  'test',
];
/** Far below what there is, far above what a blind parser finds. */
const floor = { modules: 150, dependencies: 400 };

const roots = folders.filter((folder) => existsSync(folder));
const onDisk = globSync(
  roots.map((folder) => `${folder}/**/*.{ts,mjs}`),
  { exclude: (path) => /(^|\/)(node_modules|vendor|dist)(\/|$)/.test(path) },
).filter((path) => !path.endsWith('.d.ts'));

const seen = cruise('.', roots);
const problems = [
  ...seen.violations.map(({ rule, from, to }) => `${rule}: ${from}${to === from ? '' : ` → ${to}`}`),
  ...blindSpots(seen, onDisk, floor).map((reason) => `blind: ${reason}`),
];

for (const problem of problems) console.error(problem);
console.log(
  `dependency rules: ${onDisk.length} modules, ${seen.dependencies} dependencies, ${problems.length} problems`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
