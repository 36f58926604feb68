import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestList, parsePastedList } from './pasted-list.js';

const digits = [...'0123456789'];
const alphabet = [...digits, ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ', ...'abcdefghijklmnopqrstuvwxyz'];
const number = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 7, maxLength: 34 });
const separator = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r\n', ',', ';', '\u00a0', '\u2003'), minLength: 1, maxLength: 4 });

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `1Z8A3F47${String(index).padStart(10, '0')}`);
}

describe('a pasted list', () => {
  it('takes any numbers behind any separators, each once, in the order given', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, separator), { minLength: 1, maxLength: 60 }), separator, (pairs, lead) => {
        const answer = parsePastedList(lead + pairs.map(([text, gap]) => text + gap).join(''));
        const expected = [...new Set(pairs.map(([text]) => text.toUpperCase()))];
        expect(answer).toEqual({ kind: 'list', numbers: expected, repeated: pairs.length - expected.length });
      }),
    );
  });

  it('takes nothing when one entry is bad, whatever surrounds it, and names its line', () => {
    const bad = fc.oneof(
      fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength: 6 }),
      fc.string({ unit: fc.constantFrom(...alphabet), minLength: 35, maxLength: 80 }),
      number.map((text) => `${text}-1`),
      number.map((text) => `<b>${text}`),
    );
    fc.assert(
      fc.property(fc.array(number, { maxLength: 20 }), bad, fc.array(number, { maxLength: 20 }), (before, wrong, after) => {
        const answer = parsePastedList([...before, wrong, ...after].join('\n'));
        expect(answer.kind).toBe('bad');
        expect(answer.kind === 'bad' && answer.entries.map((entry) => entry.line)).toEqual([before.length + 1]);
      }),
    );
  });

  it('never throws, and never accepts anything but 7 to 34 letters and digits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const answer = parsePastedList(text);
        if (answer.kind === 'list') for (const item of answer.numbers) expect(item).toMatch(/^[0-9A-Z]{7,34}$/);
        if (answer.kind === 'bad') {
          for (const entry of answer.entries) {
            expect(entry.text).not.toMatch(/\p{Cc}/u);
            expect([...entry.text].length).toBeLessThanOrEqual(40);
          }
        }
      }),
    );
  });

  it('takes 500 numbers and refuses 501, counting repeated ones once', () => {
    expect(parsePastedList(numbers(longestList).join('\n')).kind).toBe('list');
    expect(parsePastedList([...numbers(longestList), ...numbers(3)].join('\n'))).toMatchObject({ kind: 'list', repeated: 3 });
    expect(parsePastedList(numbers(longestList + 1).join('\n'))).toEqual({ kind: 'too-long', count: 501 });
  });

  it('says why an entry is bad', () => {
    const answer = parsePastedList('1Z8A3F470344182065\n1Z 8A3F470344182065\n\n1Z8A3F47-0344182065; 1Z8A3F470344182066\n1Z 8A3 F47 03 4418 2065, 12345\n');
    expect(answer).toEqual({
      kind: 'bad',
      entries: [
        { line: 2, text: '1Z', reason: 'it has 2 characters; a package number has at least 7' },
        { line: 4, text: '1Z8A3F47-0344182065', reason: 'it contains “-”; a package number has only letters A–Z and digits' },
        { line: 5, text: '1Z 8A3 F47 03 4418 2065', reason: 'it has spaces inside; write the number without them' },
        { line: 5, text: '12345', reason: 'it has 5 characters; a package number has at least 7' },
      ],
    });
  });

  it('tells an empty list from a bad one', () => {
    expect(parsePastedList(' \n,;\t')).toEqual({ kind: 'empty' });
  });
});
