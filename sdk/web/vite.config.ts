import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const licence = `/*! Perennial for web pages ${JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')).version}. Apache-2.0 */`;

/** Builds the script tag's file (`--mode script`: `dist/perennial.js`, which the gateway gives) and the module (`dist/index.js`). */
export default defineConfig(({ mode }) => {
  const isScript = mode === 'script';
  return {
    root: import.meta.dirname,
    publicDir: false,
    oxc: { assumptions: { setPublicClassFields: true } },
    build: {
      outDir: 'dist',
      emptyOutDir: false,
      // Phones keep old browsers inside their apps.
      target: 'es2018',
      lib: {
        entry: isScript ? 'src/script.ts' : 'src/index.ts',
        formats: [isScript ? 'iife' : 'es'],
        name: 'perennialScript',
        fileName: () => (isScript ? 'perennial.js' : 'index.js'),
      },
      rolldownOptions: { output: { postBanner: licence, minify: true } },
    },
  };
});
