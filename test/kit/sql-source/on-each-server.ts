import { createScratch, onMariadb, type Family, type Scratch } from './scratch.js';

/** The same on both: on a PostgreSQL, and on a MariaDB where one answers. */
export function onEachServer(name: string, tests: (scratch: () => Scratch, family: Family) => void): void {
  for (const family of ['postgres', 'mariadb'] as const) {
    (family === 'postgres' ? describe : onMariadb)(`${name}, on ${family}`, () => {
      let scratch: Scratch | null = null;
      beforeAll(async () => void (scratch = await createScratch(family)));
      afterAll(() => scratch?.drop());
      tests(() => {
        if (scratch === null) throw new Error('no test is running');
        return scratch;
      }, family);
    });
  }
}
