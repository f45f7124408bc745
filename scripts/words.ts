import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { scan } from './words/rules.ts';

/** They hold the forbidden words in order to forbid them; published texts of others stay as they are. */
const exempt = /^scripts\/words\/rules\.ts$|^test\/architecture\/words\.test\.ts$|(^|\/)vendor\//;
const floor = 100;

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  encoding: 'utf8',
});
const files = [...new Set(listed.split('\0'))]
  .filter((path) => path !== '' && !exempt.test(path))
  .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true);
const findings = files.flatMap((path) => {
  const bytes = readFileSync(path);
  return bytes.includes(0) ? [] : scan(path, bytes.toString('utf8'));
});

for (const { rule, path, line, text } of findings) console.error(`${rule}: ${path}:${line}: ${text}`);
if (files.length < floor)
  console.error(`blind: ${files.length} files were read, at least ${floor} were expected`);
console.log(`words: ${files.length} files, ${findings.length} problems`);
process.exitCode = findings.length === 0 && files.length >= floor ? 0 : 1;
