import { fillBody, fillPath, fillQuery, fillText } from './template.js';
import { readIso, writeTime } from './times.js';

describe('a template', () => {
  it('leaves alone what is no placeholder: JSON has braces of its own', () => {
    expect(fillText('{"a":{"b":"{size}"},"c":{}} {other} {Size}', { size: 5 })).toBe('{"a":{"b":"5"},"c":{}} {other} {Size}');
  });

  it('fills nothing twice: a key that looks like a placeholder is a key', () => {
    expect(fillText('{key} {size}', { key: '{size}', size: 5 })).toBe('{size} 5');
    expect(fillPath('/a/{key}/b', { key: '$&/../{key}' })).toBe('/a/%24%26%2F..%2F%7Bkey%7D/b');
    expect(fillQuery({ a: '{key:json}' }, { key: '"$1' })).toEqual({ a: '"\\"$1"' });
  });

  it('takes away what stands around a placeholder without a value', () => {
    expect(fillQuery({ limit: '{size}', after: 'x{after}' }, { size: 5 })).toEqual({ limit: '5' });
    expect(fillBody({ a: '{after}', b: ['{after}', null, 1], c: { d: '{size}' }, e: null }, { size: 5 })).toEqual({
      b: [null, 1],
      c: { d: 5 },
      e: null,
    });
  });

  it('makes values of a body what they are', () => {
    expect(fillBody({ ids: '{keys}', from: '{since}', text: 'since {since}' }, { keys: ['a', 'b'], since: 7 })).toEqual({
      ids: ['a', 'b'],
      from: 7,
      text: 'since 7',
    });
  });
});

describe('a time', () => {
  const time = Date.UTC(2026, 2, 29, 1, 30, 5, 7);

  it('is written as the API reads it, in UTC', () => {
    expect(writeTime(time, 'iso')).toBe('2026-03-29T01:30:05.007Z');
    expect(writeTime(time, 'seconds')).toBe(Math.floor(time / 1000));
    expect(writeTime(time, 'milliseconds')).toBe(time);
    expect(writeTime(time, { format: 'DD.MM.YYYY HH:mm:ss.SSS' })).toBe('29.03.2026 01:30:05.007');
  });

  it('without a zone is read as UTC, wherever this runs', () => {
    expect(readIso('2026-03-29 01:30:05.007')).toBe(time);
    expect(readIso('2026-03-29T01:30:05.007Z')).toBe(time);
    expect(readIso('2026-03-29T03:30:05.007+02:00')).toBe(time);
    expect(readIso('yesterday')).toBeNaN();
  });
});
