import { CarriedRecords, type CarriedPage } from './carried-records.js';

const pipeline = 'products-magento';

describe('CarriedRecords', () => {
  it('hands a record out once, and for the revision of its page alone', () => {
    const carried = new CarriedRecords();
    carried.putPage(pipeline, page('one', 'two'));
    expect(carried.take(pipeline, 'one', 1)).toMatchObject({ record: { key: 'one' }, readNumber: 7 });
    expect(carried.take(pipeline, 'one', 1)).toBeNull();
    expect(carried.take(pipeline, 'two', 2)).toBeNull();
    expect(carried.take('others', 'two', 1)).toBeNull();
  });

  it('makes the reader wait while what it read is still to be taken', async () => {
    const carried = new CarriedRecords(2);
    carried.putPage(pipeline, page('one', 'two'));
    const room = settledOf(carried.room());
    expect(await room.now()).toBe(false);
    carried.take(pipeline, 'one', 1);
    await room.promise;
  });

  it('does not make it wait for what other processes have claimed: whoever takes from a later page has left the earlier ones', async () => {
    const carried = new CarriedRecords(3);
    carried.putPage(pipeline, page('one', 'two'));
    carried.putPage(pipeline, page('three', 'four', 'five'));
    carried.take(pipeline, 'three', 1);
    await carried.room(60_000);
    expect(carried.take(pipeline, 'one', 1)).toBeNull();
    expect(carried.take(pipeline, 'four', 1)).not.toBeNull();
  });

  it('lets a waiting reader go on as soon as the next page is reached', async () => {
    const carried = new CarriedRecords(2);
    carried.putPage(pipeline, page('one', 'two'));
    carried.putPage(pipeline, page('three', 'four'));
    const room = settledOf(carried.room(60_000));
    expect(await room.now()).toBe(false);
    carried.take(pipeline, 'three', 1);
    await room.promise;
  });

  it('keeps the pages of other pipelines, whose turn comes later', async () => {
    const carried = new CarriedRecords(3);
    carried.putPage('others', pageOf('others', 'other', 'another'));
    carried.putPage(pipeline, page('one'));
    carried.putPage(pipeline, page('two'));
    carried.take(pipeline, 'two', 1);
    await carried.room(60_000);
    expect(carried.take('others', 'other', 1)).not.toBeNull();
    expect(carried.take(pipeline, 'one', 1)).toBeNull();
  });

  it('forgets everything where nobody takes anything for a while', async () => {
    const carried = new CarriedRecords(1);
    carried.putPage(pipeline, page('one'));
    await carried.room(1);
    expect(carried.take(pipeline, 'one', 1)).toBeNull();
  });
});

function page(...keys: string[]): CarriedPage {
  return pageOf(pipeline, ...keys);
}

function pageOf(pipeline: string, ...keys: string[]): CarriedPage {
  return {
    result: { entries: keys.map((key) => ({ pipeline, key, revision: 1 })) },
    records: new Map(keys.map((key) => [key, { key, version: null, fields: {}, values: {} }])),
    readNumber: 7,
  };
}

/** A promise, and whether it is settled once everything that is due has run. */
function settledOf(promise: Promise<void>) {
  let settled = false;
  void promise.then(() => (settled = true));
  return {
    promise,
    async now() {
      await new Promise((resolve) => setImmediate(resolve));
      return settled;
    },
  };
}
