import { sharedBuffers } from './shared-memory.js';

const gigabyte = 1_073_741_824;

describe('what the private PostgreSQL keeps in memory', () => {
  it.each([
    ['an eighth of the machine', 4, 0, 512],
    ['no more than a gigabyte of a large one', 64, 0, 1_024],
    ["no less than PostgreSQL's own of a small one", 0.5, 0, 128],
    ['an eighth of what a container may have', 64, 2, 256],
    ['of the machine where a container may have more than there is', 2, 16_777_216, 256],
  ])('is %s', (_, total, allowed, megabytes) => {
    expect(sharedBuffers(total * gigabyte, allowed * gigabyte)).toBe(megabytes);
  });
});
