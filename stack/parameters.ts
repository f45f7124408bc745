import { functionNames } from '../shared/function-names.ts';

const others = ['config', 'logRetentionDays', 'operationsEmail'];
const switches: readonly string[] = functionNames;
const known = [...switches, ...others];

/** What is wrong with the `--param name=value` of a command line: osls itself ignores a name that nobody asks for. */
export function parameterProblem(given: unknown): string | undefined {
  const texts = (Array.isArray(given) ? given : [given]).filter((one) => typeof one === 'string');
  return texts.map(problemOf).find((problem) => problem !== undefined);
}

function problemOf(text: string): string | undefined {
  const at = text.indexOf('=');
  const [name, value] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  if (!known.includes(name))
    return `--param ${name}: there is no such parameter. There are ${known.join(', ')}`;
  const isWord = value === 'ENABLED' || value === 'DISABLED';
  return switches.includes(name) && !isWord ? `--param ${name}: must be ENABLED or DISABLED` : undefined;
}
