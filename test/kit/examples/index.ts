export { startArticlesPim, type Article, type ArticlesPim } from './articles-pim.js';
export { startShelfShop, type ShelfProduct, type ShelfShop } from './shelf-shop.js';
