/** English texts by path of their file; loaded when English is chosen. */
export const texts: Record<string, unknown> = {
  ...import.meta.glob('../*/*/locales/en.json', { eager: true, import: 'default' }),
  ...import.meta.glob('../{demo,kernel}/locales/en.json', { eager: true, import: 'default' }),
  ...import.meta.glob('./locales/en.json', { eager: true, import: 'default' }),
};
