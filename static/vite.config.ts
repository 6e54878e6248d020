import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const backend = process.env.ROUNDHOUSE_URL ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2_000, // that of the reference; it is loaded on its own page only
    rolldownOptions: { input: ["index.html", "reference.html"] },
  },
  server: {
    port: 5173,
    proxy: {
      "/api": backend,
      "/health/live": backend,
      "/health/ready": backend,
      "/socket.io": { target: backend, ws: true },
    },
  },
  // a busy machine is no fault of the code: what never ends still fails
  test: { include: ["tests/**/*.test.ts"], testTimeout: 60_000 },
});
