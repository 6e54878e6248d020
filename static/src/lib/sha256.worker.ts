/** Hashes a file beside the page: it gets a File, says how far it is, and at last the hash. */
import { hashOf } from "./sha256";

self.onmessage = (event: MessageEvent<File>): void => {
  hashOf(event.data, (bytes) => self.postMessage(bytes)).then(
    (hash) => self.postMessage(hash),
    () => self.postMessage(""), // the file is gone or may not be read: then it is sent, and that says so
  );
};
