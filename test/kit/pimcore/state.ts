/** Whatever stands in a field of an object: texts, numbers, ids of what it refers to. */
export type FieldValue = string | number | boolean | null | readonly number[] | Readonly<Record<string, string | number | null>>;

export interface PimObject {
  readonly id: number;
  /** Null: a folder. */
  readonly className: string | null;
  readonly type: 'object' | 'variant' | 'folder';
  key: string;
  parentId: number | null;
  published: boolean;
  readonly creationDate: number;
  /** Unix seconds. */
  modificationDate: number;
  fields: Readonly<Record<string, FieldValue>>;
  /** By field and language. */
  localized: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PimAsset {
  readonly id: number;
  fullpath: string;
  readonly mimeType: string;
  bytes: Buffer;
  modificationDate: number;
}

export interface AssetFolder {
  readonly id: number;
  readonly fullpath: string;
  readonly modificationDate: number;
}
export type ListedAsset = PimAsset | AssetFolder;

/** What the PIM holds. Objects lie in a tree; what is empty in one is inherited from those of its class above. */
export class PimcoreState {
  readonly #objects = new Map<number, PimObject>();
  /** By class, in the order of their ids; made anew after an object came or went. */
  readonly #classes = new Map<string, readonly PimObject[]>();
  /** Another one after every edit. */
  revision = 0;
  readonly assets = new Map<number, PimAsset>();
  /** Every tree has one at its root. */
  readonly assetFolders = new Map<number, AssetFolder>([[1, { id: 1, fullpath: '/', modificationDate: 0 }]]);

  /** In the order of their ids. */
  get objects(): ReadonlyMap<number, PimObject> {
    return this.#objects;
  }

  put(object: PimObject): void {
    this.#objects.set(object.id, object);
    this.#classes.clear();
    this.revision += 1;
  }

  delete(id: number): void {
    this.#objects.delete(id);
    this.#classes.clear();
    this.revision += 1;
  }

  object(id: number): PimObject {
    const object = this.objects.get(id);
    if (object === undefined) throw new Error(`the PIM has no object ${id}`);
    return object;
  }

  ofClass(className: string): readonly PimObject[] {
    const known = this.#classes.get(className);
    if (known !== undefined) return known;
    const found = [...this.#objects.values()].filter((object) => object.className === className);
    this.#classes.set(className, found);
    return found;
  }

  parent({ parentId }: PimObject): PimObject | null {
    return parentId === null ? null : this.object(parentId);
  }

  /** Where it lies, with a slash at the end: the column `path`. */
  path(object: PimObject): string {
    const parent = this.parent(object);
    return parent === null ? '/' : `${this.fullpath(parent)}/`;
  }

  fullpath(object: PimObject): string {
    return this.path(object) + object.key;
  }

  /** It and everything above it. */
  line(object: PimObject): PimObject[] {
    const parent = this.parent(object);
    return [object, ...(parent === null ? [] : this.line(parent))];
  }

  /** With inheritance: Concrete::getNextParentForInheritance goes up through folders and other classes. */
  value(object: PimObject, read: (object: PimObject) => FieldValue | undefined): FieldValue {
    for (const one of this.line(object)) {
      const own = one.className === object.className ? read(one) : undefined;
      if (own !== undefined && own !== null && own !== '') return own;
    }
    return null;
  }
}
