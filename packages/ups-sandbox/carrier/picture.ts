import { crc32, deflateSync } from 'node:zlib';
import { seededRandom, seedOf } from '../world/random.js';

const pngMark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A signature that nobody wrote: a line over white, always the same for the same number. PNG. */
export function signaturePicture(trackingNumber: string): Buffer {
  const [width, height] = [120, 40];
  const grey = new Uint8Array(width * height).fill(255);
  const random = seededRandom(seedOf('signature', trackingNumber));
  let y = 20;
  for (let x = 8; x < width - 8; x += 1) {
    const next = Math.min(height - 4, Math.max(3, y + random.integer(-6, 6)));
    for (let row = Math.min(y, next); row <= Math.max(y, next); row += 1) grey[row * width + x] = 20;
    y = next;
  }
  return png(width, height, grey);
}

/** A doorstep: a door, a wall and a box in front of it. PNG. */
export function doorstepPicture(trackingNumber: string): Buffer {
  const [width, height] = [96, 128];
  const random = seededRandom(seedOf('doorstep', trackingNumber));
  const [wall, door, box] = [random.integer(180, 230), random.integer(60, 120), random.integer(140, 175)];
  const boxLeft = random.integer(15, 60);
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const inBox = y > 88 && y < 116 && x > boxLeft && x < boxLeft + 26;
      const inDoor = y > 12 && y < 112 && x > 28 && x < 70;
      grey[y * width + x] = inBox ? box : inDoor ? door : y >= 112 ? 100 : wall;
    }
  }
  return png(width, height, grey);
}

/** A PNG of 8-bit greys (RFC 2083). */
function png(width: number, height: number, grey: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) rows.set(grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([pngMark, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
