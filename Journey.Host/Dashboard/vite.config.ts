import { defineConfig } from 'vite'
import { compressed } from './compress.ts'

// The build says where to: its own folder for things that can be made again.
const out = process.env['JOURNEY_DASHBOARD_OUT'] ?? '../obj/dashboard/www'

export default defineConfig({
  base: '/',
  clearScreen: false,
  resolve: {
    alias: {
      react: 'preact/compat',
      'react-dom': 'preact/compat',
    },
  },
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // Everything is a file of its own: the content security policy knows no data: addresses for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 8_000,
  },
  worker: { format: 'es' },
  server: {
    // For work on the pages themselves: npm run dev, with a server beside it.
    proxy: { '/v1': 'http://127.0.0.1:8080', '/openapi': 'http://127.0.0.1:8080', '/health': 'http://127.0.0.1:8080', '/metrics': 'http://127.0.0.1:8080' },
  },
  plugins: [compressed()],
})
