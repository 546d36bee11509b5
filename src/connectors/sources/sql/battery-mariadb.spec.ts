import { describeNeeds, describeSource } from '../../../../test/kit/describe-source/index.js';
import { createScratch, onMariadb, sqlHarness, type Scratch } from '../../../../test/kit/sql-source/index.js';

onMariadb('on MariaDB', () => {
  let scratch: Scratch;
  beforeAll(async () => void (scratch = await createScratch('mariadb')));
  afterAll(() => scratch.drop());

  for (const strategy of ['timestamp', 'version', 'flag', 'changes'] as const)
    describeSource(`sql, MariaDB by ${strategy}`, () => sqlHarness(scratch, strategy));
  describeNeeds('sql, MariaDB', () => sqlHarness(scratch, 'timestamp'));
});
