/** Slack's own rule: these three, and nothing else. So no text from outside can page a channel or fake a link. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Text inside a code span: a backtick would end it. */
export function code(text: string): string {
  return `\`${escaped(text.replaceAll('`', 'ˋ').replaceAll(/\s+/g, ' '))}\``;
}

/** At most so many characters, counted before escaping, so that no entity is cut in two. */
export function clip(text: string, max: number): string {
  const points = [...text];
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`;
}
