import { asText, isJsonObject, type JsonObject, type JsonValue } from '../../shared/domain/lossless-json.ts';

/**
 * EventBridge's event patterns, as far as the rules of this project use them. Anything else throws, so that a rule never
 * silently means something different here. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matches(pattern: JsonObject, event: JsonValue | undefined): boolean {
  return Object.entries(pattern).every(([member, wanted]) => {
    const value = isJsonObject(event) ? event[member] : undefined;
    if (isJsonObject(wanted)) return matches(wanted, value);
    if (Array.isArray(wanted)) return wanted.some((one: JsonValue) => matchesOne(one, value));
    throw new TypeError(`event pattern: ${member} must be a list or an object`);
  });
}

function matchesOne(wanted: JsonValue, value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.some((one: JsonValue) => matchesOne(wanted, one));
  return isJsonObject(wanted) ? matchesContent(wanted, value) : wanted === value;
}

function matchesContent(filter: JsonObject, value: JsonValue | undefined): boolean {
  const [[operator, operand] = ['', null]] = Object.entries(filter);
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(asText(operand) ?? '\0');
    case 'suffix':
      return typeof value === 'string' && value.endsWith(asText(operand) ?? '\0');
    case 'exists':
      return (value !== undefined) === operand;
    case 'anything-but':
      return value !== undefined && !(Array.isArray(operand) ? operand : [operand]).includes(value);
    default:
      throw new TypeError(`event pattern: no operator ${operator} here`);
  }
}
