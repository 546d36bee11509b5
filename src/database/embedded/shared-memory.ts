const megabyte = 1_048_576;

/**
 * What the private PostgreSQL keeps of its tables in memory, megabytes: an eighth of what there is, for it is not alone on the
 * machine, and no less than PostgreSQL's own 128 nor more than 1,024. With 128, a first load of 100,000 documents fell to two
 * thirds of its speed on the way: what each batch looks up was read from the disk's cache again, and written out by the one who waits.
 *
 * @param total memory of the machine, bytes
 * @param allowed what this process and its children may have of it, bytes; 0 where nothing says so
 */
export function sharedBuffers(total: number, allowed: number): number {
  const usable = allowed > 0 ? Math.min(total, allowed) : total;
  return Math.min(1_024, Math.max(128, Math.floor(usable / 8 / megabyte)));
}
