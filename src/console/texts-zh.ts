/** Chinese texts by path of their file; loaded when Chinese is chosen. */
export const texts: Record<string, unknown> = {
  ...import.meta.glob('../*/*/locales/zh-CN.json', { eager: true, import: 'default' }),
  ...import.meta.glob('../{demo,kernel}/locales/zh-CN.json', { eager: true, import: 'default' }),
  ...import.meta.glob('./locales/zh-CN.json', { eager: true, import: 'default' }),
};
