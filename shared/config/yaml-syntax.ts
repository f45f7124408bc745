import type { YAMLError } from 'yaml';
import { printable } from './problem.ts';

interface SyntaxFinding {
  readonly problem: string;
  readonly fix: string;
}

const findings: Readonly<Record<string, SyntaxFinding>> = {
  DUPLICATE_KEY: { problem: 'this key stands here twice', fix: 'keep one of the two' },
  TAB_AS_INDENT: { problem: 'a tab is used to indent', fix: 'YAML indents with spaces' },
  MULTIPLE_DOCS: {
    problem: 'a second document begins here (`---`)',
    fix: 'one file holds one configuration: put other stages into `slipway.<stage>.yml`',
  },
  RESOURCE_EXHAUSTION: { problem: 'lists or mappings are nested too deeply', fix: 'write it flatter' },
  TAG_RESOLVE_FAILED: { problem: 'YAML tags (`!name`) have no meaning here', fix: 'write the plain value' },
  BAD_INDENT: { problem: 'the indentation is wrong', fix: 'align it with its neighbours, with spaces' },
  BLOCK_AS_IMPLICIT_KEY: {
    problem: 'a value holds `: `, so YAML takes it for a mapping',
    fix: 'put the value in quotes',
  },
  BAD_DIRECTIVE: { problem: 'directives (`%…`) have no meaning here', fix: 'remove the line' },
};

/** What the YAML parser found, in plain words. */
export function syntaxFinding(error: YAMLError): SyntaxFinding {
  const known = findings[error.code];
  if (known !== undefined) return known;
  const message = printable(error.message.slice(0, 200));
  return { problem: `this is no valid YAML: ${message}`, fix: 'repair the line, or put the text in quotes' };
}
