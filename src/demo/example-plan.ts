import { PLAN_FORMAT, type PlanDocument, type PlannedProperty } from '../collect/tracking-plan/contract.ts';

const called = (chinese: string): { displayName: { 'zh-CN': string } } => ({ displayName: { 'zh-CN': chinese } });
const text = (chinese: string): PlannedProperty => ({ type: 'string', ...called(chinese) });
const number = (chinese: string): PlannedProperty => ({ type: 'number', ...called(chinese) });
const flag = (chinese: string): PlannedProperty => ({ type: 'boolean', ...called(chinese) });
const visit = { department: text('部门'), device: text('设备'), simulated: flag('模拟数据') };

const plan: PlanDocument = {
  format: PLAN_FORMAT,
  events: {
    'Order Completed': {
      ...called('完成订单'),
      description: 'A basket was paid. 一笔购物完成支付。',
      owner: 'Shop',
      tags: ['purchase'],
      properties: {
        order_id: { ...text('订单号'), required: true },
        revenue: { ...number('实付金额'), required: true },
        discount: number('优惠金额'),
        items: { type: 'integer', min: 0, ...called('件数') },
        department: text('部门'),
        store_id: text('门店'),
        used_coupon: flag('用了优惠券'),
        simulated: flag('模拟数据'),
      },
    },
    'Product Purchased': {
      ...called('购买商品'),
      description: 'One line of a basket. 订单中的一行商品。',
      owner: 'Shop',
      tags: ['purchase'],
      properties: {
        order_id: { ...text('订单号'), required: true },
        product_id: { ...text('商品编号'), required: true },
        department: text('部门'),
        category: text('品类'),
        brand: { ...text('品牌'), enum: ['National', 'Private'] },
        quantity: { type: 'integer', min: 0, ...called('数量') },
        amount: number('金额'),
        discount: number('优惠金额'),
        store_id: text('门店'),
      },
    },
    'Product Viewed': { ...called('浏览商品'), owner: 'Web', tags: ['web'], properties: visit },
    'Product Added': { ...called('加入购物车'), owner: 'Web', tags: ['web'], properties: visit },
    'Checkout Started': {
      ...called('开始结算'),
      owner: 'Web',
      tags: ['web'],
      properties: { departments: { type: 'integer', ...called('部门数') }, device: visit.device, simulated: visit.simulated },
    },
    'Campaign Received': {
      ...called('收到活动'),
      owner: 'Marketing',
      tags: ['campaign'],
      properties: { campaign_id: text('活动编号'), campaign_type: text('活动类型') },
    },
    'Coupon Redeemed': {
      ...called('核销优惠券'),
      owner: 'Marketing',
      tags: ['campaign'],
      properties: { campaign_id: text('活动编号'), coupon_upc: text('优惠券码') },
    },
  },
  traits: {
    name: { type: 'string', personal: 'personal', ...called('姓名') },
    email: { type: 'string', personal: 'personal', ...called('邮箱') },
    age: { type: 'string', ...called('年龄段') },
    income: { type: 'string', ...called('家庭收入') },
    income_from_k: { type: 'number', ...called('收入下限（千美元）') },
    household_size: { type: 'integer', ...called('家庭人数') },
    kids: { type: 'integer', ...called('子女数') },
    marital_status: { type: 'string', ...called('婚姻状况') },
    home_ownership: { type: 'string', ...called('住房情况') },
    signed_up_at: { type: 'datetime', ...called('注册时间') },
  },
};

/** Gives each entry its English name: what is sent, in words (`store_id` is `Store id`). */
function inEnglish<T extends { displayName?: object | undefined }>(entries: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => {
      const words = name.replaceAll('_', ' ');
      return [name, { ...entry, displayName: { ...entry.displayName, en: words.charAt(0).toUpperCase() + words.slice(1) } }];
    }),
  );
}

/** What the demo shop has agreed to send. */
export const examplePlan: PlanDocument = {
  ...plan,
  events: inEnglish(
    Object.fromEntries(Object.entries(plan.events ?? {}).map(([name, event]) => [name, { ...event, properties: inEnglish(event.properties ?? {}) }])),
  ),
  traits: inEnglish(plan.traits ?? {}),
};
