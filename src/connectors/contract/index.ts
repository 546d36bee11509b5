export * from './abilities.js';
export * from './errors.js';
export * from './if-told.js';
export * from './source.js';
export * from './target.js';
export * from './tools.js';
export { isSymbolic } from '../../model/document.js';
