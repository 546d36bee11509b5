import { dayOf, fileName } from './file-names.js';
import { aliveMs, logFile, tidy, type LogFile } from './tidy.js';

const now = Date.UTC(2026, 10, 21, 12);
const limits = { maxBytes: 1_000, maxAgeMs: 7 * 86_400_000 };

const file = (name: string, bytes: number, agoMs: number): LogFile => logFile(name, bytes, now - agoMs) as LogFile;
const by = (pid: number, number: number): string => fileName(dayOf(new Date(now)), { role: 'worker', host: 'shop-1', pid }, number);

describe('the folder of the log', () => {
  it('keeps the file that each process writes, however large and full everything is', () => {
    const files = [file(by(1, 1), 5_000, 0), file(by(2, 9), 5_000, 0), file(by(2, 10), 5_000, 0), file(by(10, 1), 5_000, aliveMs - 1)];
    expect(tidy(files, now, limits).remove).toEqual([by(2, 9)]);
  });

  it('gives up the oldest first, and what is too old in any case', () => {
    const files = [1, 2, 3].map((number) => file(`${by(1, number)}.gz`, 300, number * aliveMs));
    expect(tidy(files, now, limits).remove).toEqual([`${by(1, 3)}.gz`, `${by(1, 2)}.gz`]);
    expect(tidy([file(`${by(1, 1)}.gz`, 1, 8 * 86_400_000)], now, limits).remove).toEqual([`${by(1, 1)}.gz`]);
  });

  it('packs what nobody writes any more, and clears away what was left of packing', () => {
    const files = [
      file(by(1, 1), 10, 2 * aliveMs),
      file(by(2, 1), 10, 5),
      file(by(2, 2), 10, 4),
      file(`${by(3, 1)}.gz.77.part`, 10, 2 * aliveMs),
    ];
    expect(tidy(files, now, limits)).toMatchObject({ pack: [by(1, 1), by(2, 1)], remove: [`${by(3, 1)}.gz.77.part`] });
  });

  it('gives those who write so much each that they stay below the ceiling together', () => {
    for (const writers of [0, 1, 3, 9]) {
      const files = Array.from({ length: writers }, (_, pid) => file(by(pid, 1), 10, 0));
      const { fileBytes } = tidy(files, now, { ...limits, maxBytes: 10_000 });
      expect(fileBytes * (writers + 2)).toBeLessThanOrEqual(5_000);
    }
  });

  it('knows its own files, of earlier versions too, and no others', () => {
    const names = [
      'pim2shop-2026-11-20.log',
      'pim2shop-2026-11-20.log.3',
      '.rotation.json',
      'pim2shop.log',
      'notes.txt',
      'pim2shop-x.log.txt',
    ];
    expect(names.map((name) => logFile(name, 1, 1)?.state)).toEqual(['plain', 'plain', undefined, undefined, undefined, undefined]);
  });
});
