/** The colours of one mode. Every colour of the console comes from here; CSS reads them as `var(--ground)` and so on. */
export interface Palette {
  ground: string;
  surface: string;
  /** A surface that stands out a little: table heads, hovered rows, code. */
  subtle: string;
  hover: string;
  hairline: string;
  /** Borders of fields, which need more contrast than hairlines. */
  border: string;
  text: string;
  secondary: string;
  tertiary: string;
  accent: string;
  accentHover: string;
  accentActive: string;
  /** Ground of what is selected. */
  accentSoft: string;
  onAccent: string;
  success: string;
  successSoft: string;
  warning: string;
  warningSoft: string;
  danger: string;
  dangerSoft: string;
  info: string;
  infoSoft: string;
  /** Over the page while a drawer or dialog is open: light, so that the list behind stays readable. */
  mask: string;
  tooltip: string;
  onTooltip: string;
}

const light: Palette = {
  ground: '#F7F6F3',
  surface: '#FFFFFF',
  subtle: '#FAF9F6',
  hover: '#F1EFEA',
  hairline: '#E7E4DD',
  border: '#D5D1C7',
  text: '#1E2421',
  secondary: '#59605B',
  tertiary: '#646B66',
  accent: '#1F6F54',
  accentHover: '#1A604A',
  accentActive: '#15503D',
  accentSoft: '#E6F0EB',
  onAccent: '#FFFFFF',
  success: '#2A7756',
  successSoft: '#E6F1EB',
  warning: '#8F5D12',
  warningSoft: '#FAF0DD',
  danger: '#B3402E',
  dangerSoft: '#FAEAE6',
  info: '#2F6690',
  infoSoft: '#E7EFF5',
  mask: 'rgba(38, 48, 43, 0.18)',
  tooltip: '#26302B',
  onTooltip: '#F7F6F3',
};

const dark: Palette = {
  ground: '#131614',
  surface: '#1B1F1C',
  subtle: '#202521',
  hover: '#262C28',
  hairline: '#2A302C',
  border: '#3B433E',
  text: '#E7EAE6',
  secondary: '#A5ADA7',
  tertiary: '#929A94',
  accent: '#4DB48C',
  accentHover: '#62C29C',
  accentActive: '#3E9D78',
  accentSoft: '#1D3229',
  onAccent: '#0C1511',
  success: '#5FB98F',
  successSoft: '#1C3127',
  warning: '#D9A441',
  warningSoft: '#352A16',
  danger: '#E58870',
  dangerSoft: '#3A221C',
  info: '#79ABD6',
  infoSoft: '#1B2A36',
  mask: 'rgba(8, 11, 9, 0.5)',
  tooltip: '#E4E7E3',
  onTooltip: '#161B18',
};

/** Both modes. */
export const palettes = { light, dark };

/** Series of charts, apart for colour-blind readers; the first is the accent. */
export const seriesColours = {
  light: ['#1F6F54', '#E0A458', '#3D6D99', '#B5563C', '#7A6FA0', '#5B8E7D', '#C98BA4', '#8A8D4F'],
  dark: ['#4DB48C', '#E0A458', '#6D9CC8', '#D4775C', '#9C91C4', '#7FB5A3', '#D9A0B8', '#ADB06C'],
};

/** System faces only: nothing is loaded. */
export const fontFamily =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif';
export const codeFontFamily = 'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", "Noto Sans Mono CJK SC", monospace';

/** Width below which the console is a phone's. */
export const narrowWidthMax = 720;
