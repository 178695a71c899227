import { createRoot } from 'react-dom/client';
import { Console } from './Console.tsx';
import { watchConnection } from './connection.ts';
import { startTexts } from './i18n.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
watchConnection();
await startTexts();
createRoot(root).render(<Console />);
