/** SHA-256 of a file, piece by piece, so that no file lies in memory whole (the browser's own digest needs that). */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

const PIECE = 4 << 20;

/** The hash in hex; `onProgress` gets the number of bytes that are done. */
export async function hashOf(file: Blob, onProgress: (bytes: number) => void): Promise<string> {
  const hash = sha256.create();
  for (let start = 0; start < file.size; start += PIECE) {
    const piece = file.slice(start, start + PIECE);
    hash.update(new Uint8Array(await piece.arrayBuffer()));
    onProgress(start + piece.size);
  }
  return bytesToHex(hash.digest());
}
