// Sends one file by tus-js-client, as our pages do, and remembers where in a file: a second run
// goes on where the first one ended. Options come as JSON on the standard input.
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const options = JSON.parse(fs.readFileSync(0, "utf8"));
const pages = createRequire(path.join(__dirname, "..", "static", "package.json"));
const tus = pages("tus-js-client");
const { FileUrlStorage } = pages("tus-js-client/lib.es5/node/urlStorage.js");

const size = fs.statSync(options.file).size;
const upload = new tus.Upload(fs.createReadStream(options.file), {
  endpoint: options.endpoint,
  headers: { Authorization: `Bearer ${options.token}` },
  uploadSize: options.parallel ? null : size,
  chunkSize: options.chunkSize,
  parallelUploads: options.parallel ?? 1,
  retryDelays: Array(120).fill(500),
  metadata: { filename: path.basename(options.file) },
  urlStorage: new FileUrlStorage(options.storage),
  fingerprint: async () => `roundhouse-${options.file}-${size}`,
  storeFingerprintForResuming: true,
  onChunkComplete: (_length, accepted) => {
    if (options.stopAfter && accepted >= options.stopAfter) process.exit(3);
  },
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(upload.url);
    process.exit(0);
  },
});

upload.findPreviousUploads().then((previous) => {
  if (previous.length) upload.resumeFromPreviousUpload(previous[0]);
  upload.start();
});
