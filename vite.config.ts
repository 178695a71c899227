import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Libraries that change less often than our own screens, each cached by browsers as a file of its own. The first that matches wins. */
const libraries = [
  { name: 'echarts', test: /node_modules[\\/](echarts|zrender)[\\/]/, priority: 30 },
  { name: 'xyflow', test: /node_modules[\\/](@xyflow|d3-[a-z]+|zustand)[\\/]/, priority: 30 },
  { name: 'antd', test: /node_modules[\\/](antd|@ant-design|@rc-component|rc-[a-z-]+|dayjs|@emotion)[\\/]/, priority: 20 },
  { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next|use-sync-external-store)[\\/]/, priority: 25 },
];

/** Builds the console into `dist/console`; the server gives it at `/`. `vite` alone serves it with the API of a server on port 7300. */
export default defineConfig(({ mode }) => ({
  ...(mode === 'test' ? {} : { root: 'src/console' }),
  plugins: [react()],
  server: { proxy: Object.fromEntries(['^/api/', '/v1', '/c/', '/perennial.js', '/healthz'].map((path) => [path, 'http://127.0.0.1:7300'])) },
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 1_400,
    rolldownOptions: { output: { codeSplitting: { groups: libraries } } },
  },
}));
