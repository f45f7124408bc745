/** Slack's own rule: these three, and nothing else. So no text from outside can page a channel or fake a link. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** White space, and what is invisible or turns the direction of writing. */
const unprintable = /[\s\p{Cc}\p{Cf}]+/gu;

/** Text from outside on one line: it cannot begin a quote or a list of its own, nor hide. */
export function plain(text: string, max: number): string {
  return escaped(clip(text.replaceAll(unprintable, ' ').trim(), max));
}

/** Text inside a code span: a backtick would end it. */
export function code(text: string): string {
  return `\`${escaped(text.replaceAll('`', 'ˋ').replaceAll(unprintable, ' '))}\``;
}

/** At most so many characters, counted before escaping, so that no entity is cut in two. */
export function clip(text: string, max: number): string {
  const points = [...text];
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`;
}
