import { describe, expect, it } from 'vitest';
import { type JsonObject, parseLossless } from '../../../shared/domain/lossless-json.ts';
import { compare } from '../../../shared/domain/task-definition/compare.ts';

function json(text: string): JsonObject {
  return parseLossless(text) as JsonObject;
}

describe('what ECS stored against what was sent', () => {
  it.each([
    ['a default that ECS filled in', '{"a":1}', '{"a":1,"volumes":[]}'],
    ['numbers written in another way', '{"a":1,"b":1.50,"c":100}', '{"a":1.0,"b":1.5,"c":1E2}'],
    ['a number that no double holds', '{"a":9007199254740993}', '{"a":9007199254740993}'],
    ['a null that ECS leaves out', '{"a":null}', '{}'],
    ['a null that comes back', '{"a":null}', '{"a":null}'],
    [
      'environment in another order',
      '{"environment":[{"name":"A"},{"name":"B"}]}',
      '{"environment":[{"name":"B"},{"name":"A"}]}',
    ],
    ['tags in another order', '{"tags":[{"key":"a"},{"key":"b"}]}', '{"tags":[{"key":"b"},{"key":"a"}]}'],
    [
      'the same name twice in another order',
      '{"e":[{"name":"A","value":"1"},{"name":"A","value":"2"}]}',
      '{"e":[{"name":"A","value":"2"},{"name":"A","value":"1"}]}',
    ],
    [
      'a smaller object that a greater one’s partner would hold too',
      '{"portMappings":[{"containerPort":80},{"containerPort":80,"protocol":"udp"}]}',
      '{"portMappings":[{"containerPort":80,"protocol":"udp"},{"containerPort":80,"protocol":"tcp"}]}',
    ],
    ['empty lists and empty text', '{"a":[],"b":""}', '{"a":[],"b":""}'],
    ['lists in lists', '{"a":[[1,2],[]]}', '{"a":[[1,2],[]]}'],
  ])('%s: nothing is lost', (_what, sent, stored) => {
    expect(compare(json(sent), json(stored)).lost).toEqual([]);
  });

  it.each([
    ['a member that did not come back', '{"a":{"b":1}}', '{"a":{}}', ['a.b']],
    ['another value', '{"a":"x"}', '{"a":"y"}', ['a']],
    ['another kind of value', '{"a":"1","b":[],"c":{}}', '{"a":1,"b":{},"c":[]}', ['a', 'b', 'c']],
    ['a great number that a double rounded', '{"a":9007199254740993}', '{"a":9007199254740992}', ['a']],
    ['numbers beyond every double', '{"a":1e400}', '{"a":1e401}', ['a']],
    ['a null that became something', '{"a":null}', '{"a":1}', ['a']],
    ['text in another order', '{"command":["a","b"]}', '{"command":["b","a"]}', ['command[0]', 'command[1]']],
    ['a list that lost an element', '{"command":["a",""]}', '{"command":["a"]}', ['command']],
    [
      'a list that gained one',
      '{"secrets":[{"name":"A"}]}',
      '{"secrets":[{"name":"A"},{"name":"B"}]}',
      ['secrets'],
    ],
    [
      'dependencies in another order',
      '{"dependsOn":[{"name":"a"},{"name":"b"}]}',
      '{"dependsOn":[{"name":"b"},{"name":"a"}]}',
      ['dependsOn[a].name', 'dependsOn[b].name'],
    ],
    [
      'a value of a named object',
      '{"e":[{"name":"A","value":"1"},{"name":"B"}]}',
      '{"e":[{"name":"B"},{"name":"A","value":"2"}]}',
      ['e[A].value'],
    ],
    [
      'an object without a name',
      '{"v":[{"path":"/a"},{"path":"/b"}]}',
      '{"v":[{"path":"/b"},{"path":"/c"}]}',
      ['v[0]'],
    ],
    [
      'one of two values of the same name',
      '{"e":[{"name":"A","value":"1"},{"name":"A","value":"2"},{"name":"B"}]}',
      '{"e":[{"name":"B"},{"name":"A","value":"3"},{"name":"A","value":"1"}]}',
      ['e[A].value'],
    ],
    ['one of two equal objects', '{"v":[{"a":1},{"a":1}]}', '{"v":[{"a":1},{"a":2}]}', ['v[1]']],
    ['an object that became text', '{"v":[{"name":"a"}]}', '{"v":["a"]}', ['v[a]']],
    [
      'a member whose name every object knows',
      '{"__proto__":{},"constructor":{}}',
      '{}',
      ['__proto__', 'constructor'],
    ],
  ] as const)('%s is lost', (...[, sent, stored, lost]) => {
    expect(compare(json(sent), json(stored)).lost).toEqual(lost);
  });

  it('says what was added, by its path', () => {
    const { lost, added } = compare(
      json('{"containerDefinitions":[{"name":"app"}]}'),
      json('{"containerDefinitions":[{"name":"app","cpu":0}],"volumes":[]}'),
    );
    expect({ lost, added }).toEqual({ lost: [], added: ['containerDefinitions[app].cpu', 'volumes'] });
  });
});
