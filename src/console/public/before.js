// Runs before everything else: the chosen theme without a flash, and no code made from text (the page's policy forbids it).
globalThis.__zod_globalConfig = { jitless: true };
const chosen = localStorage.getItem('perennial.theme');
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
