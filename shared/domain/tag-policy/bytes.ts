/** Orders text as its UTF-8 bytes do, as Go compares strings. `<` would put U+FFFD above an emoji. */
export function compareBytes(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (const [index, char] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (char !== other) return Number(char.codePointAt(0)) - Number(other.codePointAt(0));
  }
  return left.length - right.length;
}
