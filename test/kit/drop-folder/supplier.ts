import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Somebody who drops files into a folder, and looks into what became of them. */
export class Supplier {
  readonly folder: string;
  private dropped = 0;

  constructor() {
    this.folder = join(mkdtempSync(join(tmpdir(), 'pim2shop-drop-')), 'inbox');
    mkdirSync(this.folder);
  }

  /** Whole at once: written elsewhere in the folder, and renamed. */
  drop(name: string, content: string | Buffer): void {
    const draft = join(this.folder, `.draft-${(this.dropped += 1)}`);
    writeFileSync(draft, content);
    renameSync(draft, join(this.folder, name));
  }

  /** As it comes, with no renaming. */
  write(name: string, content: string | Buffer): void {
    writeFileSync(join(this.folder, name), content);
  }

  /** Sets back when it was last written. */
  age(name: string, seconds: number): void {
    const time = new Date(Date.now() - seconds * 1000);
    utimesSync(join(this.folder, name), time, time);
  }

  /** Names of the files in it, or in a folder of it; empty where there is no such folder. */
  files(...below: readonly string[]): string[] {
    try {
      return readdirSync(join(this.folder, ...below), { withFileTypes: true })
        .filter((one) => !one.isDirectory())
        .map(({ name }) => name)
        .sort();
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return [];
      throw error;
    }
  }

  read(...path: readonly string[]): string {
    return readFileSync(join(this.folder, ...path), 'utf8');
  }

  /** What the program keeps for itself is gone. */
  loseState(): void {
    rmSync(join(this.folder, '.pim2shop'), { recursive: true });
  }

  /** The share is not there; it is back when what is answered is called. */
  unmount(): () => void {
    renameSync(this.folder, `${this.folder}-away`);
    return () => renameSync(`${this.folder}-away`, this.folder);
  }

  /** The share is not there, and the folder it was mounted on is. */
  unmountToEmpty(): () => void {
    const back = this.unmount();
    mkdirSync(this.folder);
    return () => {
      rmSync(this.folder, { recursive: true });
      back();
    };
  }

  close(): void {
    rmSync(join(this.folder, '..'), { recursive: true, force: true });
  }
}
