import { CommanderError } from 'commander';
import { Refusal } from '../model/refusal.js';
import { exitCodeOf } from './exit-code.js';

it.each([
  ['help that was asked for', new CommanderError(0, 'commander.helpDisplayed', ''), 0],
  ['an option that there is not', new CommanderError(1, 'commander.unknownOption', ''), 2],
  ['an argument that makes no sense', new Refusal('wrong', ''), 2],
  ['a name that nobody knows', new Refusal('unknown', ''), 2],
  ['something that is not as it was', new Refusal('conflict', ''), 1],
  ['a database that is away', new Error(''), 1],
  ['something that is no error', 'stop', 1],
])('%s', (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});
