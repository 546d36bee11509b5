import { crc32, deflateSync } from 'node:zlib';

const side = 16;

/** A small picture of one hue, the same bytes on every machine: stored, not compressed, because compressors differ. */
export function png(hue: number): Buffer {
  const rows: Buffer[] = [];
  for (let y = 0; y < side; y += 1) {
    const row = [0];
    for (let x = 0; x < side; x += 1) row.push(...colour(hue, (x + y) / (2 * side)));
    rows.push(Buffer.from(row));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = deflateSync(Buffer.concat(rows), { level: 0 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function colour(hue: number, shade: number): number[] {
  return [0, 120, 240].map((shift) => Math.round(90 + 80 * (1 + Math.cos(((hue + shift) * Math.PI) / 180)) * (0.5 + shade / 2)));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body) >>> 0);
  return Buffer.concat([length, body, sum]);
}
