import { describeNeeds, describeSource } from '../../../../test/kit/describe-source/index.js';
import { createScratch, sqlHarness, type Scratch } from '../../../../test/kit/sql-source/index.js';

let scratch: Scratch;
beforeAll(async () => void (scratch = await createScratch('postgres')));
afterAll(() => scratch.drop());

for (const strategy of ['timestamp', 'version', 'flag', 'changes'] as const)
  describeSource(`sql, PostgreSQL by ${strategy}`, () => sqlHarness(scratch, strategy));
describeNeeds('sql, PostgreSQL', () => sqlHarness(scratch, 'timestamp'));
