import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { Console } from './Console.tsx';
import { watchConnection } from './connection.ts';
import { startTexts } from './i18n.ts';

// The page may run under a policy that forbids code made from text.
z.config({ jitless: true });

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
watchConnection();
await startTexts();
createRoot(root).render(<Console />);
