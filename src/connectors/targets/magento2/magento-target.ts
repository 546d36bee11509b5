import type {
  CheckResult,
  ConnectorTools,
  JsonObject,
  Outcome,
  ProvisionPlan,
  Provisions,
  ReadsBack,
  Target,
  TargetItem,
  WriteCall,
} from '../../contract/index.js';
import { ConnectorError } from '../../contract/index.js';
import { Options } from './options.js';
import { provision } from './provision.js';
import { readBack } from './read-back.js';
import { Refused } from './refused.js';
import type { ShopApi } from './shop-api.js';
import { ShopStructure } from './shop-structure.js';
import { writeCategories } from './write-categories.js';
import { writeProducts } from './write-products.js';

/** One connection to a Magento shop. */
export class MagentoTarget implements Target, Provisions, ReadsBack {
  readonly #structure: ShopStructure;
  readonly #options: Options;

  constructor(
    private readonly api: ShopApi,
    private readonly tools: ConnectorTools,
  ) {
    this.#structure = new ShopStructure(api);
    this.#options = new Options(api, this.#structure);
  }

  async check(signal: AbortSignal): Promise<CheckResult> {
    try {
      const views = [...(await this.#structure.stores(signal)).keys()].filter((code) => code !== 'admin');
      await this.api.get('all', '/products', signal, { 'searchCriteria[pageSize]': 1, fields: 'total_count' });
      return { ok: true, detail: `store views ${views.join(', ')}` };
    } catch (error) {
      if (!(error instanceof ConnectorError) && !(error instanceof Refused)) throw error;
      return { ok: false, problem: error.message, advice: 'Compare url and token with System › Integrations of the shop.' };
    }
  }

  async write(items: readonly TargetItem[], call: WriteCall): Promise<readonly Outcome[]> {
    const categories = items.filter((item) => item.resource === 'category');
    const products = items.filter((item) => item.resource !== 'category');
    return [
      ...(await writeCategories(this.api, this.#structure, categories, call)),
      ...(products.length > 0
        ? await writeProducts({ api: this.api, structure: this.#structure, options: this.#options }, products, call)
        : []),
    ];
  }

  provision(plan: ProvisionPlan, signal: AbortSignal): Promise<{ readonly created: readonly string[] }> {
    return provision(this.api, this.#structure, plan, this.tools, signal);
  }

  read(documents: Parameters<ReadsBack['read']>[0], signal: AbortSignal): Promise<ReadonlyMap<string, JsonObject | null>> {
    return readBack(this.api, this.#structure, documents, signal);
  }

  close(): Promise<void> {
    this.api.close();
    return Promise.resolve();
  }
}
