export type Path = readonly (string | number)[];

/** What is wrong at a place of the file, before the place has a line. */
export interface Finding {
  readonly path: Path;
  readonly problem: string;
  readonly fix: string;
  /** Where to point: at the value unless said otherwise. */
  readonly at?: 'key' | 'value' | undefined;
}

/** What is wrong, where, and what to do: everything a person needs to repair the file. */
export interface ConfigProblem {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly problem: string;
  readonly fix: string;
}

const longestQuote = 60;

/** Control and bidirectional characters made visible, so that a file cannot play with the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** A value of the file between backquotes, cut where it is long. */
export function quoted(value: unknown): string {
  const text = printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
  return `\`${text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text}\``;
}

/** `deploy[0].tags`: the way to a value, as people write it. */
export function pathText(path: Path): string {
  const parts = path.map((part, index) => {
    if (typeof part === 'number') return `[${part}]`;
    const name = /^[\w-]{1,60}$/.test(part) ? part : `[${quoted(part)}]`;
    return index === 0 || name.startsWith('[') ? name : `.${name}`;
  });
  return parts.join('');
}

export function problemLine(file: string, { line, column, path, problem, fix }: ConfigProblem): string {
  const place = path === '' ? '' : `${path}  `;
  return `${printable(file)}:${line}:${column}  ${place}${problem} → ${fix}`;
}
