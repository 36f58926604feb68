import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { flag, integer, list, part, text, bool } from '../wire/shape.js';
import { firstProblem } from './read.js';
import { tidy } from './tidy.js';

const schema = Type.Object({
  name: Type.String(), note: text, count: integer, done: bool, mark: flag, inside: part(Type.Object({ name: text })), items: list(Type.Object({ name: text })), words: list(Type.String()),
});

describe('tidying', () => {
  it('leaves a tidy answer as it is', () => {
    const tidied = { name: 'a', note: '', count: 2, done: false, mark: {}, inside: { name: 'b' }, items: [{ name: 'c' }], words: ['d', 'e'] };
    expect(tidy(schema, tidied)).toEqual(tidied);
  });

  it('mends what UPS leaves untidy', () => {
    expect(tidy(schema, { name: 'a', note: null, count: ' 2', done: 'TRUE', inside: '', items: { name: 'c' }, words: 'd', tomorrow: 1 })).toEqual({
      name: 'a', count: 2, done: true, items: [{ name: 'c' }], words: ['d'],
    });
    expect(tidy(schema, { name: 'a', items: '', words: [], count: '', done: '' })).toEqual({ name: 'a', items: [], words: [] });
  });

  it('takes any flag that is there, and none that is null', () => {
    for (const mark of ['', 'Y', {}, { x: 1 }]) expect(tidy(schema, { name: 'a', mark })).toHaveProperty('mark');
    expect(tidy(schema, { name: 'a', mark: null })).not.toHaveProperty('mark');
  });

  it.each([
    [{ name: 7 }, '/name'], [{}, '/name'], [{ name: 'a', count: '2.5' }, '/count'], [{ name: 'a', done: 'yes' }, '/done'], [{ name: 'a', mark: false }, '/mark'],
    [{ name: 'a', inside: [] }, '/inside'], [{ name: 'a', items: [{ name: [] }] }, '/items/0/name'], [{ name: 'a', words: { x: 1 } }, '/words/0'],
    [{ name: 'a', items: [{ name: 'c' }, null] }, '/items/1'], [{ name: 'a', items: [''] }, '/items/0'], [[], 'the body'], ['', 'the body'],
  ])('leaves %j wrong, and the schema names %s', (value, field) => {
    expect(firstProblem(schema, tidy(schema, value))?.field).toBe(field);
  });

  it('does not take inherited names for fields', () => {
    expect(tidy(Type.Object({ constructor: text, toString: text }), JSON.parse('{"__proto__":{"constructor":"x"}}'))).toEqual({});
  });
});
