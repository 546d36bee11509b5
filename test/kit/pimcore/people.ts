import type { FieldValue, PimAsset, PimcoreState, PimObject } from './state.js';

export interface NewObject {
  readonly className?: string;
  readonly type?: PimObject['type'];
  readonly key?: string;
  readonly parentId?: number | null;
  readonly published?: boolean;
  readonly fields?: Readonly<Record<string, FieldValue>>;
  readonly localized?: PimObject['localized'];
}

/** What the PIM's own people do, behind its interface. */
export class People {
  #lastId = 100;

  constructor(
    private readonly state: PimcoreState,
    /** Epoch milliseconds. */
    private readonly now: () => number,
  ) {}

  add({ className = 'Car', type = 'object', key, parentId = null, published = true, fields = {}, localized = {} }: NewObject): PimObject {
    const id = (this.#lastId += 1);
    const created = this.#seconds();
    const object = { id, className, type, key: key ?? `o${id}`, parentId, published, fields, localized };
    const kept: PimObject = { ...object, creationDate: created, modificationDate: created };
    this.state.put(kept);
    return kept;
  }

  addFolder(key: string, parentId: number | null = null): PimObject {
    const folder: PimObject = { ...this.add({ key, parentId, type: 'folder' }), className: null };
    this.state.put(folder);
    return folder;
  }

  edit(id: number, { fields = {}, localized = {} }: Pick<NewObject, 'fields' | 'localized'>): void {
    const object = this.#saved(id);
    object.fields = { ...object.fields, ...fields };
    for (const [field, texts] of Object.entries(localized))
      object.localized = { ...object.localized, [field]: { ...object.localized[field], ...texts } };
  }

  publish(id: number, published: boolean): void {
    this.#saved(id).published = published;
  }

  /** What lies below goes with it, and is not touched by it. */
  move(id: number, parentId: number | null): void {
    this.#saved(id).parentId = parentId;
  }

  /** With everything below it. */
  remove(id: number): void {
    const gone = this.state.object(id);
    for (const object of [...this.state.objects.values()]) if (this.state.line(object).includes(gone)) this.state.delete(object.id);
  }

  /** Gives an object another time of its last edit, epoch milliseconds. */
  stamp(id: number, time: number): void {
    this.#saved(id).modificationDate = Math.floor(time / 1000);
  }

  addAsset(fullpath: string, bytes: Buffer, mimeType = 'image/png'): PimAsset {
    const asset = { id: (this.#lastId += 1), fullpath, bytes, mimeType, modificationDate: this.#seconds() };
    this.state.assets.set(asset.id, asset);
    return asset;
  }

  replaceAsset(asset: PimAsset, bytes: Buffer): void {
    asset.bytes = bytes;
    asset.modificationDate = this.#seconds();
  }

  /** Under another name, in the same folder or elsewhere. */
  moveAsset(asset: PimAsset, fullpath: string): void {
    asset.fullpath = fullpath;
    asset.modificationDate = this.#seconds();
  }

  /** What refers to it refers to nothing from then on, and is not touched by it. */
  removeAsset({ id }: PimAsset): void {
    this.state.assets.delete(id);
  }

  /** What lies in it is said by its path alone. */
  addAssetFolder(fullpath: string): void {
    const id = (this.#lastId += 1);
    this.state.assetFolders.set(id, { id, fullpath, modificationDate: this.#seconds() });
  }

  #saved(id: number): PimObject {
    const object = this.state.object(id);
    object.modificationDate = this.#seconds();
    this.state.revision += 1;
    return object;
  }

  #seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}
