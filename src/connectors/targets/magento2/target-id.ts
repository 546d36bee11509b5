/** A product's id in the shop and its SKU as the shop spells it: the one stays when the other is renamed. `42:chair-1` */
export interface ProductId {
  readonly id: number;
  readonly sku: string;
}

export function productId(text: string | null | undefined): ProductId | null {
  const [, id, sku] = /^(\d+):([^]+)$/.exec(text ?? '') ?? [];
  return id === undefined || sku === undefined ? null : { id: Number(id), sku };
}

export function productIdText({ id, sku }: ProductId): string {
  return `${id}:${sku}`;
}
