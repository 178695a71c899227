import { guessTimeFormat } from './guess-time.ts';
import type { ColumnRole, GuessedColumn, GuessedMapping, Mapping, TimeFormat } from './mapping.ts';
import { guessCellType, isNothing } from './read-cell.ts';

/** What a guess is made from. */
export interface SampledTable {
  columns: readonly string[];
  rows: readonly Record<string, unknown>[];
  timeZone: string;
  now: number;
}

interface Known {
  role: ColumnRole;
  name?: string;
  confidence: number;
}

/** Headings that we know, without spaces and signs, in lower case. */
const headings: readonly [RegExp, Known][] = [
  [/^(importrow|importreason|importtext)$/, { role: 'ignore', confidence: 1 }],
  [/^(event|eventname|eventtype|事件|事件名|事件名称|行为|行为类型)$/, { role: 'event', confidence: 0.95 }],
  [/^(action|activity|name)$/, { role: 'event', confidence: 0.4 }],
  [/^(messageid|insertid|eventid|eventuuid|uuid|trackid|消息id)$/, { role: 'messageId', confidence: 0.85 }],
  [
    /^(orderid|orderno|ordernumber|orderkey|transactionid|invoiceno|invoice|basketid|订单号|订单编号|订单id|流水号|交易号)$/,
    { role: 'key', confidence: 0.8 },
  ],
  [
    /^(userid|uid|customerid|customer|memberid|loginid|distinctid|householdkey|householdid|accountid|用户id|用户编号|会员id|会员号|会员编号|客户id|客户编号|账号)$/,
    { role: 'userId', confidence: 0.95 },
  ],
  [/^(id|user|账户)$/, { role: 'userId', confidence: 0.5 }],
  [/^(anonymousid|deviceid|cookieid|visitorid|clientid|userpseudoid|匿名id|设备id|访客id)$/, { role: 'anonymousId', confidence: 0.9 }],
  [/^(sessionid|会话id)$/, { role: 'sessionId', confidence: 0.9 }],
  [/^(openid)$/, { role: 'id', name: 'openid', confidence: 0.9 }],
  [/^(unionid)$/, { role: 'id', name: 'unionid', confidence: 0.9 }],
  [
    /^(timestamp|time|eventtime|datetime|occurredat|sentat|clienteventtime|eventtimestamp|时间|事件时间|发生时间)$/,
    { role: 'time', confidence: 0.95 },
  ],
  [
    /^(date|ordertime|orderdate|orderedat|paidat|paytime|purchasedat|transactiontimestamp|下单时间|支付时间|付款时间|日期|交易时间)$/,
    { role: 'time', confidence: 0.85 },
  ],
  [/^(createdat|createtime|createdtime|创建时间)$/, { role: 'time', confidence: 0.5 }],
  [/^(ip|ipaddress|clientip)$/, { role: 'context', name: 'ip', confidence: 0.8 }],
  [/^(useragent|ua)$/, { role: 'context', name: 'userAgent', confidence: 0.8 }],
  [/^(properties|props|eventproperties|params)$/, { role: 'properties', confidence: 0.9 }],
  [/^(traits|userproperties)$/, { role: 'traits', confidence: 0.9 }],
  [/^(email|mail|邮箱|电子邮箱)$/, { role: 'trait', name: 'email', confidence: 0.85 }],
  [/^(phone|mobile|tel|手机|手机号|手机号码|电话)$/, { role: 'trait', name: 'phone', confidence: 0.85 }],
  [/^(fullname|username|customername|姓名|昵称|会员姓名|用户名)$/, { role: 'trait', name: 'name', confidence: 0.8 }],
  [/^(city|城市)$/, { role: 'trait', name: 'city', confidence: 0.6 }],
  [/^(gender|sex|性别)$/, { role: 'trait', name: 'gender', confidence: 0.8 }],
  [/^(birthday|birthdate|生日|出生日期)$/, { role: 'trait', name: 'birthday', confidence: 0.8 }],
  [
    /^(revenue|amount|total|totalamount|salesvalue|ordertotal|paidamount|金额|订单金额|实付金额|支付金额|销售额)$/,
    { role: 'property', name: 'revenue', confidence: 0.7 },
  ],
  [/^(currency|币种|货币)$/, { role: 'property', name: 'currency', confidence: 0.9 }],
];

/** Roles that only one column can have; the surest gets it. */
const single = new Set<ColumnRole>(['event', 'time', 'userId', 'anonymousId', 'messageId', 'key', 'sessionId']);
const personal = /^(email|phone|name|gender|birthday|city)$/;

/** Proposes what each column means, from its heading and its first cells. */
export function guessMapping(table: SampledTable): GuessedMapping {
  const cellsOf = (column: string): unknown[] => table.rows.map((row) => row[column]);
  const columns = table.columns.map((column) => guessColumn(column, cellsOf(column), table.now));
  for (const role of single) keepSurest(columns, role);
  if (!columns.some(({ role }) => role === 'time')) takeLikelyTime(columns, table);
  const content = contentOf(columns);
  if (content === 'people') for (const column of columns) asPerson(column);
  const time = columns.find(({ role }) => role === 'time');
  const format = time ? guessTimeFormat(cellsOf(time.column), table.now)?.format : undefined;
  for (const column of columns) if (needsType(column.role)) column.as = guessCellType(cellsOf(column.column));
  return {
    mapping: assemble(columns, { content, timeZone: table.timeZone, timeFormat: format ?? 'text' }),
    confidence: columns.map((column) => column.confidence),
  };
}

function assemble(columns: readonly GuessedColumn[], around: { content: Mapping['content']; timeZone: string; timeFormat: TimeFormat }): Mapping {
  return {
    ...around,
    preset: null,
    eventName: '',
    columns: columns.map(({ column, role, name, as }) => ({ column, role, as, ...(name !== undefined && { name }) })),
  };
}

const needsType = (role: ColumnRole): boolean => role === 'property' || role === 'trait';

function guessColumn(column: string, cells: readonly unknown[], now: number): GuessedColumn {
  const heading = column.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const known = headings.find(([pattern]) => pattern.test(heading))?.[1];
  const filled = cells.filter((value) => !isNothing(value));
  if (known?.role === 'time') {
    const share = guessTimeFormat(filled, now)?.share ?? 0;
    if (share > 0) return { column, role: 'time', as: 'auto', confidence: known.confidence * share };
  } else if (known && fitsCells(known.role, filled))
    return { column, role: known.role, as: 'auto', confidence: known.confidence, ...(known.name !== undefined && { name: known.name }) };
  if (filled.length === 0 && cells.length > 0) return { column, role: 'ignore', as: 'auto', confidence: 0.5 };
  return { column, role: 'property', as: 'auto', confidence: 0.75 };
}

function fitsCells(role: ColumnRole, cells: readonly unknown[]): boolean {
  if (role === 'properties' || role === 'traits')
    return cells.length > 0 && cells.every((value) => typeof value === 'object' || /^\s*\{/.test(String(value)));
  if (role === 'event') return cells.every((value) => typeof value === 'string');
  return cells.every((value) => typeof value !== 'object');
}

function keepSurest(columns: readonly GuessedColumn[], role: ColumnRole): void {
  const claimants = columns.filter((column) => column.role === role).sort((a, b) => b.confidence - a.confidence);
  for (const loser of claimants.slice(1)) Object.assign(loser, { role: 'property', confidence: 0.5 });
}

function takeLikelyTime(columns: readonly GuessedColumn[], table: SampledTable): void {
  for (const column of columns) {
    if (column.role !== 'property') continue;
    const found = guessTimeFormat(
      table.rows.map((row) => row[column.column]),
      table.now,
    );
    const isText = found?.format.startsWith('text') === true;
    if (!found || (!isText && !/time|date|_at$|时间|日期/i.test(column.column)) || found.share < 0.9) continue;
    Object.assign(column, { role: 'time', confidence: isText ? 0.6 : 0.5 });
    return;
  }
}

/** Events need a time; a table of persons has names and addresses and nothing that happened. */
function contentOf(columns: readonly GuessedColumn[]): Mapping['content'] {
  const has = (role: ColumnRole): boolean => columns.some((column) => column.role === role);
  const isPersonal = columns.filter((column) => column.role === 'trait' && personal.test(column.name ?? '')).length;
  const event = columns.find((column) => column.role === 'event');
  if (event && event.confidence > 0.5) return 'events';
  if (has('key') || has('properties') || has('messageId')) return has('time') ? 'events' : 'people';
  const time = columns.find((column) => column.role === 'time');
  if (!time) return 'people';
  return isPersonal >= 2 && time.confidence <= 0.6 ? 'people' : 'events';
}

/** In a table of persons what is no id is a trait. */
function asPerson(column: GuessedColumn): void {
  if (column.role === 'event')
    Object.assign(column, { role: 'trait', ...(column.column.toLowerCase() === 'name' && { name: 'name' }), confidence: 0.6 });
  else if (column.role === 'property' || column.role === 'time' || column.role === 'key') {
    Object.assign(column, { role: 'trait', confidence: 0.6 });
    // `revenue` is what an event earned; a person's column keeps its own heading.
    delete column.name;
  } else if (column.role === 'properties') column.role = 'traits';
}
