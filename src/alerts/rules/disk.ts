import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import { detailsOf, type Finding } from '../finding.js';
import { defineRule } from '../rule.js';

const megabyte = 1_000_000;

export const disk = defineRule({
  kind: 'disk',
  title: 'A disk is nearly full',
  finds: 'little room where the data or the log files of a process lie; a database elsewhere is not looked at',
  severity: 'critical',
  options: z.strictObject({ megabytes: z.number().int().min(1).default(2_000).describe('less than so many megabytes are left') }),
  everyMs: 60_000,
  perMachine: true,
  async find({ host, folders }, { megabytes }) {
    const found = await Promise.all(folders.map((folder) => freeOf(folder)));
    return folders.flatMap((folder, index): Finding[] => {
      const free = found[index] ?? null;
      if (free === null || free >= megabytes * megabyte) return [];
      return [
        {
          fingerprint: `disk ${host} ${folder}`,
          pipeline: null,
          connection: null,
          message: `${Math.floor(free / megabyte)} MB are left on ${host} below ${folder}`,
          details: detailsOf({ many: Math.floor(free / megabyte), next: 'make room, or let PIM2SHOP_LOG_SIZE be smaller' }),
        },
      ];
    });
  },
});

/** Bytes; null where the folder is not there (yet). */
async function freeOf(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
}
