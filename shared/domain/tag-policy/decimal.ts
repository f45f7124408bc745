/** A decimal number of any length, kept exactly. */
export interface Decimal {
  readonly negative: boolean;
  /** Without leading zeros. */
  readonly whole: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

/** Digits, with underscores between them as Go reads them; a sign and a fraction are optional. */
const DECIMAL = /^([+-]?)((?:\d+(?:_\d+)*)?)(?:\.((?:\d+(?:_\d+)*)?))?$/;

/** Undefined for what is no plain number: NaN, infinity, exponents and hexadecimal are refused. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, integer, decimals = ''] = match as unknown as [string, string, string, string | undefined];
  if (integer === '' && decimals === '') return undefined;
  const whole = integer.replaceAll('_', '').replace(/^0+/, '');
  const fraction = trimEndZeros(decimals.replaceAll('_', ''));
  return { negative: sign === '-' && whole + fraction !== '', whole, fraction };
}

/** A loop, since /0+$/ takes quadratic time on `000…01`. */
function trimEndZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  return a.negative ? compareSizes(b, a) : compareSizes(a, b);
}

function compareSizes(a: Decimal, b: Decimal): number {
  return (
    a.whole.length - b.whole.length ||
    compareDigits(a.whole, b.whole) ||
    compareDigits(a.fraction, b.fraction)
  );
}

function compareDigits(a: string, b: string): number {
  if (a === b) return 0;
  return a > b ? 1 : -1;
}
