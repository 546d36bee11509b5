import type { SourceDefinition } from '../contract/index.js';
import { akeneo } from './akeneo/index.js';

/** Every source the program knows. Adding one is its folder and a line here. */
export const sources: readonly SourceDefinition[] = [akeneo as SourceDefinition];
