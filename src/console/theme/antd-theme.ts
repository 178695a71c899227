import { type ThemeConfig, theme } from 'antd';
import { codeFontFamily, fontFamily, type Palette, palettes } from './tokens.ts';

/** antd's tokens in our colours: hairlines instead of shadows, radius 8, short motion. */
export function antdTheme(mode: 'light' | 'dark', isStill: boolean): ThemeConfig {
  const colours = palettes[mode];
  const basis = mode === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm;
  return {
    algorithm: [basis, (_seed, map) => ({ ...(map ?? theme.defaultAlgorithm(_seed)), ...exactColours(colours) })],
    token: {
      colorPrimary: colours.accent,
      colorSuccess: colours.success,
      colorWarning: colours.warning,
      colorError: colours.danger,
      colorInfo: colours.info,
      colorLink: colours.accent,
      fontFamily,
      fontFamilyCode: codeFontFamily,
      fontSize: 14,
      fontSizeSM: 12,
      borderRadius: 8,
      borderRadiusLG: 8,
      borderRadiusSM: 6,
      borderRadiusXS: 4,
      controlHeight: 32,
      controlOutlineWidth: 3,
      lineWidthFocus: 2,
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.15s',
      motion: !isStill,
      boxShadow: `0 0 0 1px ${colours.hairline}`,
      boxShadowSecondary: `0 0 0 1px ${colours.hairline}, 0 12px 32px -16px rgba(0, 0, 0, ${mode === 'dark' ? 0.7 : 0.28})`,
      boxShadowTertiary: 'none',
    },
    components: componentTokens(colours),
  };
}

function exactColours(colours: Palette) {
  return {
    ...surfaces(colours),
    colorPrimary: colours.accent,
    colorPrimaryHover: colours.accentHover,
    colorPrimaryActive: colours.accentActive,
    colorPrimaryText: colours.accent,
    colorPrimaryTextHover: colours.accentHover,
    colorPrimaryTextActive: colours.accentActive,
    colorPrimaryBorder: colours.accent,
    colorPrimaryBorderHover: colours.accentHover,
    colorPrimaryBg: colours.accentSoft,
    colorPrimaryBgHover: colours.accentSoft,
    colorLink: colours.accent,
    colorLinkHover: colours.accentHover,
    colorLinkActive: colours.accentActive,
    colorSuccess: colours.success,
    colorSuccessBg: colours.successSoft,
    colorSuccessBorder: colours.successSoft,
    colorWarning: colours.warning,
    colorWarningBg: colours.warningSoft,
    colorWarningBorder: colours.warningSoft,
    colorError: colours.danger,
    colorErrorBg: colours.dangerSoft,
    colorErrorBorder: colours.dangerSoft,
    colorInfo: colours.info,
    colorInfoBg: colours.infoSoft,
    colorInfoBorder: colours.infoSoft,
  };
}

function surfaces(colours: Palette) {
  return {
    colorBgLayout: colours.ground,
    colorBgBase: colours.surface,
    colorBgContainer: colours.surface,
    colorBgElevated: colours.surface,
    colorBgSpotlight: colours.tooltip,
    colorBgMask: colours.mask,
    colorTextLightSolid: colours.onTooltip,
    colorBorder: colours.border,
    colorBorderSecondary: colours.hairline,
    colorSplit: colours.hairline,
    colorText: colours.text,
    colorTextBase: colours.text,
    colorTextSecondary: colours.secondary,
    colorTextTertiary: colours.tertiary,
    colorTextQuaternary: colours.tertiary,
    colorTextPlaceholder: colours.tertiary,
    colorTextDescription: colours.secondary,
    colorFillAlter: colours.subtle,
    colorFillQuaternary: colours.subtle,
    colorFillTertiary: colours.hover,
    colorFillSecondary: colours.hover,
  };
}

function componentTokens(colours: Palette): NonNullable<ThemeConfig['components']> {
  return {
    Button: {
      primaryShadow: 'none',
      defaultShadow: 'none',
      dangerShadow: 'none',
      primaryColor: colours.onAccent,
      fontWeight: 500,
      paddingInline: 12,
    },
    Table: {
      headerBg: colours.surface,
      headerColor: colours.secondary,
      headerSplitColor: 'transparent',
      rowHoverBg: colours.subtle,
      rowSelectedBg: colours.accentSoft,
      rowSelectedHoverBg: colours.accentSoft,
      borderColor: colours.hairline,
      cellFontSize: 14,
      headerSortActiveBg: colours.surface,
      headerSortHoverBg: colours.subtle,
      bodySortBg: 'transparent',
    },
    Form: { itemMarginBottom: 20, verticalLabelPadding: '0 0 4px', labelColor: colours.text },
    Modal: { contentBg: colours.surface, headerBg: colours.surface, titleFontSize: 16 },
    Drawer: { paddingLG: 20 },
    Tabs: { itemColor: colours.secondary, horizontalItemGutter: 24, horizontalItemPadding: '8px 0', titleFontSize: 14 },
    Segmented: { trackBg: colours.hover, itemSelectedBg: colours.surface, itemColor: colours.secondary },
    Tag: { defaultBg: colours.hover, defaultColor: colours.text },
    Select: { optionSelectedBg: colours.accentSoft, optionSelectedFontWeight: 500 },
    Tooltip: { fontSize: 12 },
    Alert: { withDescriptionPadding: '12px 16px', defaultPadding: '8px 12px' },
    Checkbox: { colorWhite: colours.onAccent },
    Switch: { handleShadow: 'none' },
  };
}
