import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

type Row = Record<string, string>;

/** Rows of one file of the data set (84.51°, The Complete Journey, CC0; see its README), as text by column. */
async function readRows(name: string): Promise<Row[]> {
  const file = join(import.meta.dirname, 'complete-journey', `${name}.csv.gz`);
  const rows: Row[] = [];
  for await (const row of createReadStream(file)
    .pipe(createGunzip())
    .pipe(parse({ columns: true })))
    rows.push(row as Row);
  return rows;
}

/** One line of a basket. Amounts are US cents. `at` is local time without a zone, `YYYY-MM-DD HH:MM:SS`. */
export interface BasketLine {
  household: string;
  basket: string;
  store: string;
  product: string;
  quantity: number;
  salesCents: number;
  discountCents: number;
  couponCents: number;
  at: string;
}

export interface Product {
  department: string;
  category: string;
  type: string;
  brand: string;
}

export interface Journey {
  lines: BasketLine[];
  products: Map<string, Product>;
  demographics: Map<string, Row>;
  campaigns: Map<string, { type: string; start: string }>;
  received: { campaign: string; household: string }[];
  redemptions: { household: string; campaign: string; coupon: string; on: string }[];
}

const cents = (text: string | undefined): number => Math.round(Number(text ?? 0) * 100);

/** Reads the whole data set: 75,000 basket lines of 2,377 households with campaigns, redemptions and demographics. About a second and 60 MB. */
export async function readJourney(): Promise<Journey> {
  const [lines, products, demographics, campaigns, received, redemptions] = await Promise.all(
    ['transactions_sample', 'products', 'demographics', 'campaign_descriptions', 'campaigns', 'coupon_redemptions'].map(readRows),
  );
  return {
    lines: (lines ?? []).map((row) => ({
      household: row.household_id ?? '',
      basket: row.basket_id ?? '',
      store: row.store_id ?? '',
      product: row.product_id ?? '',
      quantity: Number(row.quantity),
      salesCents: cents(row.sales_value),
      discountCents: cents(row.retail_disc),
      couponCents: cents(row.coupon_disc) + cents(row.coupon_match_disc),
      at: row.transaction_timestamp ?? '',
    })),
    products: new Map(
      (products ?? []).map((row) => [
        row.product_id ?? '',
        { department: row.department ?? '', category: row.product_category ?? '', type: row.product_type ?? '', brand: row.brand ?? '' },
      ]),
    ),
    demographics: new Map((demographics ?? []).map((row) => [row.household_id ?? '', row])),
    campaigns: new Map((campaigns ?? []).map((row) => [row.campaign_id ?? '', { type: row.campaign_type ?? '', start: row.start_date ?? '' }])),
    received: (received ?? []).map((row) => ({ campaign: row.campaign_id ?? '', household: row.household_id ?? '' })),
    redemptions: (redemptions ?? []).map((row) => ({
      household: row.household_id ?? '',
      campaign: row.campaign_id ?? '',
      coupon: row.coupon_upc ?? '',
      on: row.redemption_date ?? '',
    })),
  };
}
