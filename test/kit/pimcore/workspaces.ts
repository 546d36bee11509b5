import { ClientSafeError } from './client-safe-error.js';
import type { PimAsset, PimcoreState, PimObject } from './state.js';

/** What the configuration may read. */
export class Workspaces {
  /** Objects and assets outside of the workspaces; what lies below them is outside too. */
  readonly denied = new Set<number>();
  /** Objects inside of the workspaces that a listener of the permission event refuses: the listing's SQL knows nothing of it. */
  readonly refused = new Set<number>();
  /** 1: an error; 2: null, and left out of lists. */
  notAllowedPolicy: 1 | 2 = 2;

  constructor(private readonly state: PimcoreState) {}

  /** What the SQL of a listing lets pass. */
  inside(object: PimObject): boolean {
    return this.denied.size === 0 || this.state.line(object).every(({ id }) => !this.denied.has(id));
  }

  /** WorkspaceHelper::checkPermission */
  mayRead(element: PimObject | PimAsset): boolean {
    const asset = 'bytes' in element;
    const allowed = asset ? !this.denied.has(element.id) : this.inside(element) && !this.refused.has(element.id);
    if (!allowed && this.notAllowedPolicy === 1) {
      const path = asset ? element.fullpath : this.state.fullpath(element);
      throw new ClientSafeError(`read access for ${asset ? 'asset' : 'object'} ${path} denied`);
    }
    return allowed;
  }
}
