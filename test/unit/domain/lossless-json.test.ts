import { describe, expect, it } from 'vitest';
import {
  asText,
  isJsonNumber,
  isJsonObject,
  parseLossless,
  printLossless,
} from '../../../shared/domain/lossless-json.ts';

describe('JSON that is read and printed again', () => {
  it.each([
    '9007199254740993',
    '-0',
    '1.50',
    '1E2',
    '1e400',
    '1.619234847026E9',
    '"\\ud800"',
    '{"b":1,"a":[null,true,"",{}]}',
    '{"__proto__":{"x":1},"constructor":"y"}',
  ])('%s is as it was', (text) => {
    expect(printLossless(parseLossless(text))).toBe(text);
  });

  it.each(['', '{', '{"a":1,}', 'NaN', '01'])('%j is no JSON', (text) => {
    expect(() => parseLossless(text)).toThrow(SyntaxError);
  });
});

describe('kinds of values', () => {
  const [great, small] = [parseLossless('9007199254740993'), parseLossless('1')];

  it.each([great, small])('%j is a number, and no object', (value) => {
    expect([isJsonNumber(value), isJsonObject(value)]).toEqual([true, false]);
  });

  it.each([null, undefined, [], 'text', true])('%j is neither', (value) => {
    expect([isJsonNumber(value), isJsonObject(value)]).toEqual([false, false]);
  });

  it('an object is an object', () => {
    expect([isJsonNumber({}), isJsonObject({})]).toEqual([false, true]);
  });

  it('text is text, and nothing else is', () => {
    expect(asText('x')).toBe('x');
    expect(asText(1)).toBeUndefined();
  });
});
