/**
 * SHA-256 piece by piece (FIPS 180-4, sections 4.1.2, 5.3.3 and 6.2.2). The browser's own hashes a
 * file only as a whole in memory, and not at all on a page that came over plain http.
 */
const CONSTANTS = new Int32Array(64);
const START = new Int32Array(8);
const BLOCK = 64;

/** The first 32 bits behind the point of roots of primes, as the standard defines them. */
function fill(): void {
  const fraction = (value: number): number => ((value - Math.floor(value)) * 0x1_0000_0000) | 0;
  for (let candidate = 2, count = 0; count < 64; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) if (candidate % divisor === 0) prime = false;
    if (!prime) continue;
    if (count < 8) START[count] = fraction(Math.sqrt(candidate));
    CONSTANTS[count++] = fraction(Math.cbrt(candidate));
  }
}
fill();

export class Sha256 {
  private readonly state = START.slice();
  private readonly words = new Int32Array(64);
  private readonly rest = new Uint8Array(BLOCK);
  private waiting = 0;
  private length = 0;

  update(data: Uint8Array): this {
    this.length += data.length;
    let at = 0;
    if (this.waiting) {
      at = Math.min(BLOCK - this.waiting, data.length);
      this.rest.set(data.subarray(0, at), this.waiting);
      this.waiting += at;
      if (this.waiting < BLOCK) return this;
      this.mix(this.rest, 0);
      this.waiting = 0;
    }
    for (; at + BLOCK <= data.length; at += BLOCK) this.mix(data, at);
    this.rest.set(data.subarray(at));
    this.waiting = data.length - at;
    return this;
  }

  /** The hash in hex; after this nothing more can be added. */
  hex(): string {
    const bits = this.length * 8;
    const end = new Uint8Array(this.waiting < 56 ? BLOCK - this.waiting : 2 * BLOCK - this.waiting);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(bits / 0x1_0000_0000));
    view.setUint32(end.length - 4, bits >>> 0);
    this.update(end);
    return Array.from(this.state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  private mix(data: Uint8Array, at: number): void {
    const words = this.words;
    for (let i = 0; i < 16; i++, at += 4)
      words[i] = (data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!;
    for (let i = 16; i < 64; i++) {
      const x = words[i - 15]!;
      const y = words[i - 2]!;
      const small = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const large = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words[i] = (words[i - 16]! + small + words[i - 7]! + large) | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.state as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (let i = 0; i < 64; i++) {
      const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + CONSTANTS[i]! + words[i]!) | 0;
      const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    const next = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) this.state[i] = (this.state[i]! + next[i]!) | 0;
  }
}

const PIECE = 4 << 20;

/** Hash a file without holding more than a piece of it. */
export async function hashOf(file: Blob, onProgress: (bytes: number) => void = () => {}): Promise<string> {
  const hash = new Sha256();
  for (let at = 0; at < file.size; at += PIECE) {
    hash.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    onProgress(Math.min(at + PIECE, file.size));
  }
  return hash.hex();
}
