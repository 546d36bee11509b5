const Sequencer = require('@jest/test-sequencer').default;

/** What took longest when CI told (`npm test` says so at its end), the longest first. */
const longest = [
  'test/flow/strategies.spec.ts',
  'test/flow/schedules.spec.ts',
  'test/docs/operations-commands.spec.ts',
  'test/flow/killed.spec.ts',
  'src/connectors/sources/drop-folder/memory.spec.ts',
  'src/connectors/sources/akeneo/battery.spec.ts',
  'src/connectors/sources/rest/battery.spec.ts',
  'test/flow/service.spec.ts',
  'test/flow/catalogue.spec.ts',
];

/** The order jest knows, which in a new clone is by the size of files, with what takes minutes in front: begun last, it would run alone. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => placeOf(one) - placeOf(other));
  }
};

function placeOf({ path }) {
  const place = longest.findIndex((suite) => path.endsWith(`/${suite}`));
  return place < 0 ? longest.length : place;
}
